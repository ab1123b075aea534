// Writes a trace file image by image: sizes are known before the first image, so memory does not grow with images.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "traces/code_format.hpp"
#include "traces/network.hpp"
#include "traces/provenance.hpp"

namespace millrace::traces {

/// The file appears under its name only when finish() has returned; until then it is a temporary file beside it, which
/// is removed if the writer is destroyed unfinished.
///
/// Example: TraceWriter writer(file, network, provenance, images, std::nullopt);
///          writer.weights(layer, values); writer.activations(edge, image, values); writer.finish();
class TraceWriter {
 public:
  /// Throws TraceError if the file cannot be created. Without images the file is a network only: no masks. Otherwise
  /// masks are stored for every layer with weights and for every edge that such a layer reads; codes where `codes`
  /// names a format. `shard` says which part of a trace of several files this is.
  TraceWriter(const std::filesystem::path& file, const Network& network, Provenance provenance,
              std::vector<ImageInfo> images, const std::optional<CodeFormats>& codes,
              std::optional<ShardPlace> shard = std::nullopt);
  ~TraceWriter();
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;

  /// Weights of one layer, [F, Kh, Kw, C / groups], row-major. Throws TraceError if the count does not fit.
  void weights(LayerId layer, std::span<const float> values);
  /// One image's values on an edge, [H, W, C], row-major.
  void activations(EdgeId edge, std::size_t image, std::span<const float> values);
  /// The class that the network chose for one image, 0 to 65,535; until then the one given with the image.
  void top1(std::size_t image, std::int64_t class_index);
  /// Throws TraceError if a tensor was not written or the disk refuses.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace millrace::traces
