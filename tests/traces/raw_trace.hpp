// A trace file taken apart, so that tests can put it together wrongly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace millrace::test {

/// Right as it is made: input 4x4x3 -> conv "c" (5 filters, 3x3) -> edge "e" -> fully connected "f" (2 outputs) -> "o",
/// one image, masks only, every mask 0.
struct RawTrace {
  RawTrace();

  nlohmann::json graph;
  nlohmann::ordered_json header;  ///< without the graph; write() puts it in
  std::vector<std::uint8_t> data;
  std::optional<std::string> graph_text;   ///< in place of `graph`
  std::optional<std::string> header_text;  ///< in place of `header`
  std::optional<std::uint64_t> length;     ///< in place of the header's

  /// Appends a tensor to header and data.
  void append(const std::string& name, const std::string& dtype, const std::vector<std::int64_t>& shape,
              const std::vector<std::uint8_t>& bytes);
  void write(const std::filesystem::path& file) const;
};

}  // namespace millrace::test
