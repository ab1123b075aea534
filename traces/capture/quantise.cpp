#include "traces/capture/quantise.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "traces/capture/onnx_model.hpp"
#include "traces/capture/onnx_tensor.hpp"

namespace millrace::capture {

void quantise(std::span<float> values, const traces::CodeFormat& format, int bits) {
  const CodeRange range = code_range(format.is_signed, bits);
  for (float& value : values) {
    const double code = std::clamp(std::round(value / format.scale), range.lowest, range.highest);
    value = static_cast<float>(code * format.scale);
  }
}

void quantise_weights(ImportedGraph& graph, int bits) {
  std::set<std::string> done;
  for (const auto& [layer, source] : graph.weights) {
    // Layers may share an initialiser.
    if (done.insert(source.initializer).second) {
      onnx::TensorProto& tensor = *find_initializer(*graph.model.mutable_graph(), source.initializer);
      std::vector<float> values = float_values(tensor);
      ValueRange range;
      range.add(values);
      quantise(values, range.code_format(bits), bits);
      set_float_values(tensor, values);
    }
  }
}

void keep_scales(const traces::Network& network, std::map<std::size_t, ValueRange>& ranges) {
  for (const traces::Layer& layer : network.layers()) {
    const bool is_moving = std::holds_alternative<traces::MaxPool>(layer.op) ||
                           std::holds_alternative<traces::Subsample>(layer.op) ||
                           std::holds_alternative<traces::ChannelPad>(layer.op);
    if (is_moving && layer.pointwise.empty()) {
      ranges[layer.output.index] = ranges.at(layer.inputs.front().index);
    }
  }
}

}  // namespace millrace::capture
