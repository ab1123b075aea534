// One file of a trace. Most traces are one file; see trace.hpp for those that are more.
//
// File format (traces/README.md): safetensors. The file is memory-mapped; nothing in it is executed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "traces/code_format.hpp"
#include "traces/network.hpp"
#include "traces/trace_graph.hpp"

namespace millrace::traces {

/// An open file, checked from end to end: whatever it returns is inside the file and fits the network.
class TraceFile {
 public:
  /// Throws TraceError: missing, empty, truncated or inconsistent file, with file, place and remedy.
  static TraceFile open(const std::filesystem::path& file);

  TraceFile(TraceFile&&) noexcept;
  TraceFile& operator=(TraceFile&&) noexcept;
  ~TraceFile();

  const std::filesystem::path& file() const;
  const TraceGraph& graph() const;
  /// False for a file without masks: a network only, enough to plan.
  bool has_masks() const;
  /// The whole file.
  std::span<const std::uint8_t> bytes() const;
  /// Of all tensors of codes that the file has.
  const CodeFormats& code_formats() const;

  /// The bytes of a tensor; nothing if the file has none for the edge or layer.
  std::optional<std::span<const std::uint8_t>> activation_mask(EdgeId edge) const;
  std::optional<std::span<const std::uint8_t>> weight_mask(LayerId layer) const;
  std::optional<std::span<const std::uint8_t>> activation_codes(EdgeId edge) const;
  std::optional<std::span<const std::uint8_t>> weight_codes(LayerId layer) const;

 private:
  struct Contents;
  explicit TraceFile(std::unique_ptr<Contents> contents);
  std::unique_ptr<Contents> contents_;
};

}  // namespace millrace::traces
