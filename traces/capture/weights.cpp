#include "traces/capture/weights.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include "traces/capture/onnx_tensor.hpp"
#include "traces/crc64.hpp"

namespace millrace::capture {
namespace {

/// [F, channels, Kh, Kw] to [F, Kh, Kw, channels].
std::vector<float> channels_last(const std::vector<float>& values, const traces::WeightShape& shape) {
  const auto kernel = static_cast<std::size_t>(shape.kernel_height * shape.kernel_width);
  const auto channels = static_cast<std::size_t>(shape.channels);
  std::vector<float> result(values.size());
  for (std::size_t filter = 0; filter < static_cast<std::size_t>(shape.filters); ++filter) {
    const std::size_t base = filter * channels * kernel;
    for (std::size_t channel = 0; channel < channels; ++channel) {
      for (std::size_t position = 0; position < kernel; ++position) {
        result[base + position * channels + channel] = values[base + channel * kernel + position];
      }
    }
  }
  return result;
}

}  // namespace

std::vector<float> layer_weights(const ImportedGraph& graph, traces::LayerId layer) {
  const WeightSource& source = graph.weights.at(layer.index);
  const traces::WeightShape shape = graph.network.weight_shape(graph.network.layer(layer));
  const std::vector<float> values = float_values(*find_initializer(graph.model.graph(), source.initializer));
  if (source.flattened) {
    // ONNX flattens channel by channel; seen so, the layer is a convolution as large as its input.
    return channels_last(
        values, {shape.filters, source.flattened->height, source.flattened->width, source.flattened->channels});
  }
  return channels_last(values, shape);
}

std::string weight_hash(const ImportedGraph& graph) {
  traces::Crc64 crc;
  for (const auto& [layer, source] : graph.weights) {
    const std::vector<float> values = layer_weights(graph, {layer});
    crc.add({reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)});
  }
  return crc.hex();
}

}  // namespace millrace::capture
