// A network as JSON, described in traces/README.md. Shapes of edges are not stored: they follow from the input's.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "traces/in_quotes.hpp"
#include "traces/json_reader.hpp"
#include "traces/network.hpp"
#include "traces/network_limits.hpp"

namespace millrace::traces {
namespace {

using nlohmann::json;

/// Adds what only this operator has to the layer's object.
class OperatorWriter {
 public:
  explicit OperatorWriter(json& object) : layer_(object) {}

  void operator()(const Convolution& conv) const {
    layer_["filters"] = conv.filters;
    layer_["kernel"] = {conv.kernel_height, conv.kernel_width};
    layer_["stride"] = conv.stride;
    layer_["groups"] = conv.groups;
    layer_["pads"] = {conv.pads.top, conv.pads.left, conv.pads.bottom, conv.pads.right};
  }
  void operator()(const FullyConnected& connected) const { layer_["outputs"] = connected.outputs; }
  void operator()(const Add&) const {}
  void operator()(const Subsample& subsample) const { layer_["stride"] = subsample.stride; }
  void operator()(const ChannelPad& pad) const {
    layer_["before"] = pad.before;
    layer_["after"] = pad.after;
  }
  void operator()(const GlobalAveragePool&) const {}
  void operator()(const Concat&) const {}
  void operator()(const MaxPool& pool) const { write(pool.window); }
  void operator()(const AveragePool& pool) const {
    write(pool.window);
    layer_["count_include_pad"] = pool.count_include_pad;
  }
  void operator()(const Pointwise&) const {}
  void operator()(const MatMul& product) const {
    layer_["groups"] = product.groups;
    layer_["transpose"] = product.transpose;
  }
  void operator()(const Softmax& softmax) const { layer_["groups"] = softmax.groups; }
  void operator()(const LayerNorm&) const {}

 private:
  void write(const PoolWindow& window) const {
    layer_["kernel"] = {window.kernel, window.kernel};
    layer_["stride"] = window.stride;
    layer_["pads"] = {window.pads.top, window.pads.left, window.pads.bottom, window.pads.right};
    layer_["ceil_mode"] = window.ceil_mode;
  }

  json& layer_;
};

template <std::size_t Count>
std::array<std::int64_t, Count> integers(const JsonReader& place) {
  const std::vector<JsonReader> elements = place.elements();
  if (elements.size() != Count) {
    place.fail(fmt::format("has {} elements, must have {}", elements.size(), Count));
  }
  std::array<std::int64_t, Count> result = {};
  for (std::size_t i = 0; i < Count; ++i) {
    result.at(i) = elements[i].integer(0, largest_dimension);
  }
  return result;
}

std::int64_t dimension_or(const JsonReader& layer, std::string_view key, std::int64_t otherwise) {
  const std::optional<JsonReader> found = layer.find(key);
  return found ? found->integer(0, largest_dimension) : otherwise;
}

bool flag(const JsonReader& layer, std::string_view key) {
  const std::optional<JsonReader> found = layer.find(key);
  return found && found->boolean();
}

Pads read_pads(const JsonReader& layer) {
  const std::optional<JsonReader> pads = layer.find("pads");
  if (!pads) {
    return {};
  }
  const auto [top, left, bottom, right] = integers<4>(*pads);
  return {top, left, bottom, right};
}

PoolWindow read_window(const JsonReader& layer) {
  PoolWindow window;
  const JsonReader kernel = layer.at("kernel");
  const auto [height, width] = integers<2>(kernel);
  if (height != width) {
    kernel.fail(fmt::format("is [{}, {}]; a pool's kernel must be square", height, width));
  }
  window.kernel = height;
  window.stride = dimension_or(layer, "stride", 1);
  window.pads = read_pads(layer);
  window.ceil_mode = flag(layer, "ceil_mode");
  return window;
}

Operator read_convolution(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "filters", "kernel", "stride", "groups", "pads"});
  Convolution conv;
  conv.filters = layer.at("filters").integer(1, largest_dimension);
  const auto [height, width] = integers<2>(layer.at("kernel"));
  conv.kernel_height = height;
  conv.kernel_width = width;
  conv.stride = dimension_or(layer, "stride", 1);
  conv.groups = dimension_or(layer, "groups", 1);
  conv.pads = read_pads(layer);
  return conv;
}

Operator read_fully_connected(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "outputs"});
  return FullyConnected{layer.at("outputs").integer(1, largest_dimension)};
}

Operator read_add(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise"});
  return Add{};
}

Operator read_subsample(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "stride"});
  return Subsample{layer.at("stride").integer(1, largest_dimension)};
}

Operator read_channel_pad(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "before", "after"});
  return ChannelPad{dimension_or(layer, "before", 0), dimension_or(layer, "after", 0)};
}

Operator read_global_average_pool(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise"});
  return GlobalAveragePool{};
}

Operator read_concat(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise"});
  return Concat{};
}

Operator read_max_pool(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "kernel", "stride", "pads", "ceil_mode"});
  return MaxPool{read_window(layer)};
}

Operator read_average_pool(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "kernel", "stride", "pads", "ceil_mode",
                "count_include_pad"});
  return AveragePool{read_window(layer), flag(layer, "count_include_pad")};
}

Operator read_pointwise(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise"});
  return Pointwise{};
}

Operator read_matmul(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "groups", "transpose"});
  return MatMul{dimension_or(layer, "groups", 1), flag(layer, "transpose")};
}

Operator read_softmax(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise", "groups"});
  return Softmax{dimension_or(layer, "groups", 1)};
}

Operator read_layer_norm(const JsonReader& layer) {
  layer.object({"name", "operator", "inputs", "output", "pointwise"});
  return LayerNorm{};
}

struct OperatorReader {
  std::string_view name;
  Operator (*read)(const JsonReader& layer);
};

/// One line an operator.
const std::array operator_readers = {
    OperatorReader{operator_name(Convolution{}), read_convolution},
    OperatorReader{operator_name(FullyConnected{}), read_fully_connected},
    OperatorReader{operator_name(Add{}), read_add},
    OperatorReader{operator_name(Subsample{}), read_subsample},
    OperatorReader{operator_name(ChannelPad{}), read_channel_pad},
    OperatorReader{operator_name(GlobalAveragePool{}), read_global_average_pool},
    OperatorReader{operator_name(Concat{}), read_concat},
    OperatorReader{operator_name(MaxPool{}), read_max_pool},
    OperatorReader{operator_name(AveragePool{}), read_average_pool},
    OperatorReader{operator_name(Pointwise{}), read_pointwise},
    OperatorReader{operator_name(MatMul{}), read_matmul},
    OperatorReader{operator_name(Softmax{}), read_softmax},
    OperatorReader{operator_name(LayerNorm{}), read_layer_norm},
};

Operator read_operator(const JsonReader& layer) {
  const JsonReader place = layer.at("operator");
  const std::string name = place.string();
  std::vector<std::string_view> known;
  for (const OperatorReader& reader : operator_readers) {
    if (reader.name == name) {
      return reader.read(layer);
    }
    known.push_back(reader.name);
  }
  place.fail(fmt::format("unknown operator {}; known: {}", in_quotes(name), fmt::join(known, ", ")));
}

void add_layer(Network::Builder& builder, const JsonReader& layer) {
  Operator op = read_operator(layer);
  std::vector<std::string> pointwise;
  if (const std::optional<JsonReader> steps = layer.find("pointwise")) {
    pointwise = steps->strings();
  }
  const std::string name = layer.at("name").string();
  const std::vector<std::string> inputs = layer.at("inputs").strings();
  const std::string output = layer.at("output").string();
  try {
    builder.add(name, std::move(op), inputs, output, std::move(pointwise));
  } catch (const TraceError& error) {
    layer.fail(error.what());
  }
}

Network::Builder begin(const JsonReader& network) {
  const std::string name = network.at("name").string();
  const JsonReader input = network.at("input");
  input.object({"edge", "shape"});
  const auto [height, width, channels] = integers<3>(input.at("shape"));
  const std::string edge = input.at("edge").string();
  try {
    return Network::Builder(name, edge, {height, width, channels});
  } catch (const TraceError& error) {
    network.fail(error.what());
  }
}

}  // namespace

json Network::to_json() const {
  json layers = json::array();
  for (const Layer& layer : layers_) {
    json object = {{"name", layer.name},
                   {"operator", operator_name(layer.op)},
                   {"inputs", json::array()},
                   {"output", edge(layer.output).name},
                   {"pointwise", layer.pointwise}};
    for (const EdgeId id : layer.inputs) {
      object["inputs"].push_back(edge(id).name);
    }
    std::visit(OperatorWriter(object), layer.op);
    layers.push_back(std::move(object));
  }
  const Edge& first = edge(input());
  return {{"name", name_},
          {"input", {{"edge", first.name}, {"shape", {first.shape.height, first.shape.width, first.shape.channels}}}},
          {"layers", std::move(layers)},
          {"output", edge(output_).name}};
}

Network Network::from_json(const json& object, const std::string& pointer) {
  const JsonReader network(object, pointer);
  network.object({"name", "input", "layers", "output"});
  Builder builder = begin(network);
  for (const JsonReader& layer : network.at("layers").elements()) {
    add_layer(builder, layer);
  }
  const JsonReader output = network.at("output");
  const std::string output_edge = output.string();
  try {
    return builder.finish(output_edge);
  } catch (const TraceError& error) {
    output.fail(error.what());
  }
}

}  // namespace millrace::traces
