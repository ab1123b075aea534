#include "traces/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "traces/checked_product.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"

namespace millrace::traces {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<Operator>> operator_names = {
    "conv",   "fully_connected", "add",          "subsample", "channel_pad", "global_average_pool",
    "concat", "max_pool",        "average_pool", "pointwise"};

void check_range(std::string_view what, std::int64_t value, std::int64_t lowest, std::int64_t highest) {
  if (value < lowest || value > highest) {
    throw TraceError(fmt::format("{} is {}, must be {} to {}", what, value, lowest, highest));
  }
}

void check_name(std::string_view what, const std::string& name) {
  const bool has_control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (name.empty() || name.size() > longest_name || has_control) {
    throw TraceError(
        fmt::format("{} {} must have 1 to {} bytes and no control characters", what, in_quotes(name), longest_name));
  }
  try {
    // Names are written as JSON, which is UTF-8.
    (void)nlohmann::json(name).dump();
  } catch (const nlohmann::json::type_error&) {
    throw TraceError(fmt::format("{} {} is not UTF-8; rename it", what, in_quotes(name)));
  }
}

std::string show(const MapShape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

void check_elements(std::string_view what, std::initializer_list<std::int64_t> factors) {
  if (!checked_product({factors.begin(), factors.size()}, most_elements)) {
    throw TraceError(fmt::format("{} would have more than {} elements; use smaller dimensions", what, most_elements));
  }
}

void check_shape(std::string_view what, const MapShape& shape) {
  check_range(fmt::format("height of the {}", what), shape.height, 1, largest_dimension);
  check_range(fmt::format("width of the {}", what), shape.width, 1, largest_dimension);
  check_range(fmt::format("channels of the {}", what), shape.channels, 1, largest_dimension);
  check_elements(fmt::format("the {}", what), {shape.height, shape.width, shape.channels});
}

/// Output positions along one axis; `axis` is "height" or "width".
std::int64_t positions(std::string_view axis, std::int64_t size, std::int64_t kernel, std::int64_t stride,
                       std::int64_t before, std::int64_t after) {
  check_range(fmt::format("kernel {}", axis), kernel, 1, largest_dimension);
  check_range(fmt::format("padding before the {}", axis), before, 0, kernel - 1);
  check_range(fmt::format("padding after the {}", axis), after, 0, kernel - 1);
  const std::int64_t padded = size + before + after;
  if (kernel > padded) {
    throw TraceError(fmt::format("kernel {} is {}, but the padded input has only {}", axis, kernel, padded));
  }
  return (padded - kernel) / stride + 1;
}

/// What ceil mode adds behind the padding of one axis; all arguments are in range.
std::int64_t ceil_extension(std::int64_t size, const PoolWindow& window, std::int64_t before, std::int64_t after) {
  const std::int64_t rest = (size + before + after - window.kernel) % window.stride;
  if (!window.ceil_mode || rest == 0) {
    return 0;
  }
  const std::int64_t last_begin = size + before + after - window.kernel - rest + window.stride;
  return last_begin < size + before ? window.stride - rest : 0;
}

/// Gives the output shape of an operator from the shapes of its inputs, or throws TraceError.
class ShapeInference {
 public:
  explicit ShapeInference(const std::vector<MapShape>& inputs) : inputs_(inputs) {}

  MapShape operator()(const Convolution& conv) const {
    const MapShape& input = only_input();
    check_range("filters", conv.filters, 1, largest_dimension);
    check_range("stride", conv.stride, 1, largest_dimension);
    check_range("groups", conv.groups, 1, largest_dimension);
    if (input.channels % conv.groups != 0 || conv.filters % conv.groups != 0) {
      throw TraceError(fmt::format("groups is {}, must divide the {} input channels and the {} filters", conv.groups,
                                   input.channels, conv.filters));
    }
    const MapShape output{
        positions("height", input.height, conv.kernel_height, conv.stride, conv.pads.top, conv.pads.bottom),
        positions("width", input.width, conv.kernel_width, conv.stride, conv.pads.left, conv.pads.right), conv.filters};
    check_elements("the weights", {conv.filters, conv.kernel_height, conv.kernel_width, input.channels / conv.groups});
    return output;
  }

  MapShape operator()(const FullyConnected& layer) const {
    const MapShape& input = only_input();
    check_range("outputs", layer.outputs, 1, largest_dimension);
    check_elements("the weights", {layer.outputs, input.elements()});
    return {1, 1, layer.outputs};
  }

  MapShape operator()(const Add&) const {
    if (inputs_.size() < 2) {
      throw TraceError(fmt::format("an add reads {} edge(s), must be two or more", inputs_.size()));
    }
    for (const MapShape& input : inputs_) {
      if (input != inputs_.front()) {
        throw TraceError(fmt::format("the inputs of an add are {} and {}, must be equal (height x width x channels)",
                                     show(inputs_.front()), show(input)));
      }
    }
    return inputs_.front();
  }

  MapShape operator()(const Subsample& layer) const {
    const MapShape& input = only_input();
    check_range("stride", layer.stride, 1, largest_dimension);
    return {(input.height - 1) / layer.stride + 1, (input.width - 1) / layer.stride + 1, input.channels};
  }

  MapShape operator()(const ChannelPad& layer) const {
    MapShape shape = only_input();
    check_range("before", layer.before, 0, largest_dimension);
    check_range("after", layer.after, 0, largest_dimension);
    shape.channels += layer.before + layer.after;
    return shape;
  }

  MapShape operator()(const GlobalAveragePool&) const { return {1, 1, only_input().channels}; }

  MapShape operator()(const Concat&) const {
    if (inputs_.size() < 2) {
      throw TraceError(fmt::format("a concat reads {} edge(s), must be two or more", inputs_.size()));
    }
    MapShape result = inputs_.front();
    result.channels = 0;
    for (const MapShape& input : inputs_) {
      if (input.height != result.height || input.width != result.width) {
        throw TraceError(
            fmt::format("the inputs of a concat are {} and {}, must have equal height and width (height x width x "
                        "channels)",
                        show(inputs_.front()), show(input)));
      }
      result.channels += input.channels;
    }
    return result;
  }

  MapShape operator()(const MaxPool& pool) const { return pooled(pool.window); }
  MapShape operator()(const AveragePool& pool) const { return pooled(pool.window); }
  MapShape operator()(const Pointwise&) const { return only_input(); }

 private:
  const MapShape& only_input() const {
    if (inputs_.size() != 1) {
      throw TraceError(fmt::format("reads {} edges, must be one", inputs_.size()));
    }
    return inputs_.front();
  }

  MapShape pooled(const PoolWindow& window) const {
    const MapShape& input = only_input();
    check_range("stride", window.stride, 1, largest_dimension);
    const auto size = [&window](std::string_view axis, std::int64_t size, std::int64_t before, std::int64_t after) {
      const std::int64_t floored = positions(axis, size, window.kernel, window.stride, before, after);
      return floored + (ceil_extension(size, window, before, after) > 0 ? 1 : 0);
    };
    return {size("height", input.height, window.pads.top, window.pads.bottom),
            size("width", input.width, window.pads.left, window.pads.right), input.channels};
  }

  const std::vector<MapShape>& inputs_;
};

}  // namespace

TraceError::TraceError(const std::string& message) : std::runtime_error(one_line(message)) {}

std::string_view operator_name(const Operator& op) {
  return operator_names.at(op.index());
}

Pads walked_pads(const PoolWindow& window, const MapShape& input) {
  Pads pads = window.pads;
  pads.bottom += ceil_extension(input.height, window, pads.top, pads.bottom);
  pads.right += ceil_extension(input.width, window, pads.left, pads.right);
  return pads;
}

bool has_weights(const Layer& layer) {
  return std::holds_alternative<Convolution>(layer.op) || std::holds_alternative<FullyConnected>(layer.op);
}

Network::Builder::Builder(std::string network_name, std::string input_edge, MapShape input_shape)
    : name_(std::move(network_name)) {
  check_name("network name", name_);
  add_edge(std::move(input_edge), input_shape);
}

EdgeId Network::Builder::add_edge(std::string name, MapShape shape) {
  check_name("edge name", name);
  check_shape("edge " + in_quotes(name), shape);
  const EdgeId id{edges_.size()};
  if (!edge_ids_.emplace(name, id).second) {
    throw TraceError(fmt::format("edge {} is made twice; an edge has one producer", in_quotes(name)));
  }
  edges_.push_back({std::move(name), shape});
  return id;
}

EdgeId Network::Builder::find_edge(const std::string& name) const {
  const auto found = edge_ids_.find(name);
  if (found == edge_ids_.end()) {
    throw TraceError(fmt::format("edge {} is made by no layer up to here; correct its name or the order of the layers",
                                 in_quotes(name)));
  }
  return found->second;
}

const MapShape& Network::Builder::shape(const std::string& edge) const {
  return edges_[find_edge(edge).index].shape;
}

Network::Builder& Network::Builder::add(std::string name, Operator op, const std::vector<std::string>& inputs,
                                        std::string output, std::vector<std::string> pointwise) {
  check_name("layer name", name);
  const std::string prefix = fmt::format("layer {} ({}): ", in_quotes(name), operator_name(op));
  try {
    if (layers_.size() >= most_layers) {
      throw TraceError(fmt::format("a network has at most {} layers", most_layers));
    }
    for (const std::string& step : pointwise) {
      check_name("pointwise operator", step);
    }
    std::vector<EdgeId> input_ids;
    std::vector<MapShape> input_shapes;
    for (const std::string& input : inputs) {
      input_ids.push_back(find_edge(input));
      input_shapes.push_back(edges_[input_ids.back().index].shape);
    }
    if (std::holds_alternative<Pointwise>(op) && pointwise.empty()) {
      throw TraceError("lists no pointwise operator, must list one or more; a layer that does nothing is no layer");
    }
    const MapShape shape = std::visit(ShapeInference(input_shapes), op);
    if (!layer_names_.insert(name).second) {
      throw TraceError("the name stands for two layers; names must differ");
    }
    const EdgeId output_id = add_edge(std::move(output), shape);
    layers_.push_back({std::move(name), op, std::move(input_ids), output_id, std::move(pointwise)});
  } catch (const TraceError& error) {
    throw TraceError(prefix + error.what());
  }
  return *this;
}

Network Network::Builder::finish(const std::string& output_edge) const {
  if (layers_.empty()) {
    throw TraceError("the network has no layers; add at least one");
  }
  const EdgeId output = find_edge(output_edge);
  std::vector<bool> is_read(edges_.size(), false);
  for (const Layer& layer : layers_) {
    for (const EdgeId input : layer.inputs) {
      is_read[input.index] = true;
    }
  }
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    const bool is_output = i == output.index;
    if (!is_read[i] && !is_output) {
      throw TraceError(fmt::format("edge {} is read by no layer; remove its producer, or make it the output",
                                   in_quotes(edges_[i].name)));
    }
    if (is_read[i] && is_output) {
      throw TraceError(
          fmt::format("output edge {} is read by a layer; the output must be read by none", in_quotes(edges_[i].name)));
    }
  }
  Network network;
  network.name_ = name_;
  network.edges_ = edges_;
  network.layers_ = layers_;
  network.output_ = output;
  return network;
}

std::vector<LayerId> Network::consumers(EdgeId id) const {
  std::vector<LayerId> result;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const EdgeId input : layers_[i].inputs) {
      if (input == id) {
        result.push_back({i});
      }
    }
  }
  return result;
}

WeightShape Network::weight_shape(const Layer& layer) const {
  const MapShape& input = edge(layer.inputs.front()).shape;
  if (const auto* conv = std::get_if<Convolution>(&layer.op)) {
    return {conv->filters, conv->kernel_height, conv->kernel_width, input.channels / conv->groups};
  }
  if (const auto* connected = std::get_if<FullyConnected>(&layer.op)) {
    return {connected->outputs, 1, 1, input.elements()};
  }
  return {0, 0, 0, 0};
}

std::int64_t Network::dense_macs(const Layer& layer) const {
  const MapShape& output = edge(layer.output).shape;
  return output.height * output.width * weight_shape(layer).elements();
}

}  // namespace millrace::traces
