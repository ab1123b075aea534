#include "traces/capture/graph_import.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/constants.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/capture/tensor_views.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;
using Ints = std::vector<std::int64_t>;

/// A tensor of the graph that depends on the image: an edge, as ONNX sees it.
struct Activation {
  std::string edge;
  Ints shape;                    ///< [1, C, H, W], or another shape that a Reshape gave it
  std::int64_t row_step = 1;     ///< a Slice kept every row_step-th row ...
  std::int64_t column_step = 1;  ///< ... and every column_step-th column, and no layer does that yet
};

struct PointwiseOperator {
  std::string_view operator_type;
  std::string_view name;  ///< in Layer::pointwise
};

/// One line an operator.
constexpr std::array pointwise_operators = {PointwiseOperator{"Relu", "relu"}};

bool is_standard(const onnx::NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx";
}

const PointwiseOperator* find_pointwise(const onnx::NodeProto& node) {
  const auto* found = std::find_if(
      pointwise_operators.begin(), pointwise_operators.end(),
      [&node](const PointwiseOperator& line) { return is_standard(node) && line.operator_type == node.op_type(); });
  return found == pointwise_operators.end() ? nullptr : found;
}

class Importer {
 public:
  Importer(const onnx::GraphProto& graph, const std::string& network_name)
      : graph_(graph), constants_(graph), builder_(begin(network_name)) {
    for (const onnx::NodeProto& node : graph.node()) {
      for (const std::string& input : node.input()) {
        readers_[input].push_back(&node);
      }
    }
  }

  ImportedGraph run() {
    for (const onnx::NodeProto& node : graph_.node()) {
      if (!absorbed_.contains(&node)) {
        import(node);
      }
    }
    const std::string& output = graph_.output(0).name();
    const auto found = activations_.find(output);
    if (found == activations_.end()) {
      throw CaptureError(fmt::format("output {} is made by no node; export the model again", in_quotes(output)));
    }
    check_no_pending_slice(found->second);
    return {builder_.finish(found->second.edge), std::move(weights_)};
  }

 private:
  using Handler = void (Importer::*)(const onnx::NodeProto& node);
  struct OperatorLine {
    std::string_view operator_type;
    Handler handler;
  };
  static const std::array<OperatorLine, 9> operators;

  traces::Network::Builder begin(const std::string& network_name) {
    const onnx::ValueInfoProto& input = model_input(graph_);
    const onnx::TensorShapeProto& declared = input.type().tensor_type().shape();
    Ints shape;
    for (const onnx::TensorShapeProto::Dimension& dimension : declared.dim()) {
      shape.push_back(dimension.dim_value());
    }
    // A dynamic batch axis has no value; one image is run at a time.
    if (!shape.empty() && shape[0] == 0) {
      shape[0] = 1;
    }
    if (shape.size() != 4 || shape[0] != 1) {
      throw CaptureError(
          fmt::format("input {} has shape [{}], must be [1, channels, height, width]; export the model "
                      "for one image of fixed size",
                      in_quotes(input.name()), fmt::join(shape, ", ")));
    }
    activations_.emplace(input.name(), Activation{input.name(), shape});
    return {network_name, input.name(), {shape[2], shape[3], shape[1]}};
  }

  void import(const onnx::NodeProto& node) {
    if (!is_standard(node)) {
      refuse(node, fmt::format("operators of the domain {} are not supported", in_quotes(node.domain())));
    }
    if (constants_.fold(node)) {
      return;
    }
    const auto line = std::find_if(operators.begin(), operators.end(), [&node](const OperatorLine& candidate) {
      return candidate.operator_type == node.op_type();
    });
    // A Constant that is left is no integer: the value of a Pad, or weights.
    if (node.op_type() == "Constant") {
      return;
    }
    if (find_pointwise(node) != nullptr) {
      refuse(node,
             "reads the network's input, or a tensor that something else needs as it is before it; only a pointwise "
             "operator that is its producer's only reader is supported");
    }
    if (line == operators.end()) {
      std::vector<std::string_view> known;
      for (const PointwiseOperator& pointwise : pointwise_operators) {
        known.push_back(pointwise.operator_type);
      }
      for (const OperatorLine& candidate : operators) {
        known.push_back(candidate.operator_type);
      }
      refuse(node, fmt::format("this operator is not supported; supported: {}; export the model without it, or capture "
                               "in PyTorch as traces/README.md shows",
                               fmt::join(known, ", ")));
    }
    if (node.output_size() != 1) {
      refuse(node, fmt::format("has {} outputs, must have one", node.output_size()));
    }
    (this->*line->handler)(node);
  }

  [[noreturn]] static void refuse(const onnx::NodeProto& node, std::string_view what) {
    throw CaptureError(fmt::format("{}: {}", describe(node), what));
  }

  static void check_no_pending_slice(const Activation& activation) {
    if (activation.row_step != activation.column_step) {
      throw CaptureError(
          fmt::format("edge {}: a Slice keeps every {}. row but every {}. column; only equal steps are "
                      "supported",
                      in_quotes(activation.edge), activation.row_step, activation.column_step));
    }
  }

  /// The image-dependent tensor that the node reads as its index-th input.
  const Activation& activation(const onnx::NodeProto& node, int index) const {
    if (index >= node.input_size()) {
      refuse(node, fmt::format("input {} is missing; export the model again", index));
    }
    const auto found = activations_.find(node.input(index));
    if (found == activations_.end()) {
      refuse(node, fmt::format("input {} is a constant or is made later; only images' tensors are supported here",
                               in_quotes(node.input(index))));
    }
    return found->second;
  }

  /// The same, and it must be a map [1, C, H, W] as its layer made it.
  const Activation& map(const onnx::NodeProto& node, int index) const {
    const Activation& result = activation(node, index);
    check_no_pending_slice(result);
    const traces::MapShape& shape = shape_of(result);
    const bool is_pixel = shape.height == 1 && shape.width == 1;
    if (!is_pixel && result.shape != Ints{1, shape.channels, shape.height, shape.width}) {
      refuse(node, fmt::format("reads {} reshaped to [{}]; only a fully connected layer may read a flattened map",
                               in_quotes(result.edge), fmt::join(result.shape, ", ")));
    }
    return result;
  }

  const traces::MapShape& shape_of(const Activation& activation) const { return builder_.shape(activation.edge); }

  /// The shape of an initialiser that holds weights.
  Ints weight_shape(const onnx::NodeProto& node, int index, std::size_t rank) const {
    const onnx::TensorProto* tensor = index < node.input_size() ? find_initializer(graph_, node.input(index)) : nullptr;
    if (tensor == nullptr) {
      refuse(node,
             fmt::format("input {} must be weights stored as an initialiser; export the model with constant folding",
                         index));
    }
    if (static_cast<std::size_t>(tensor->dims_size()) != rank) {
      refuse(node, fmt::format("weights {} have {} dimensions, must have {}; only 2-D convolutions and fully connected "
                               "layers are supported",
                               in_quotes(tensor->name()), tensor->dims_size(), rank));
    }
    return {tensor->dims().begin(), tensor->dims().end()};
  }

  const IntTensor* constant_input(const onnx::NodeProto& node, int index) const {
    return index < node.input_size() ? constants_.find(node.input(index)) : nullptr;
  }

  bool is_output(const std::string& tensor) const { return graph_.output(0).name() == tensor; }

  /// Adds a layer, with the pointwise operators that follow it, and makes its edge known. To ONNX the output is
  /// [1, C, H, W], or [1, C] if it is a matrix.
  void add_layer(const onnx::NodeProto& node, traces::Operator op, const std::vector<std::string>& inputs,
                 bool is_matrix = false) {
    const onnx::NodeProto* last = &node;
    std::vector<std::string> pointwise;
    while (!is_output(last->output(0))) {
      const auto readers = readers_.find(last->output(0));
      if (readers == readers_.end() || readers->second.size() != 1) {
        break;
      }
      const onnx::NodeProto* reader = readers->second.front();
      const PointwiseOperator* line = find_pointwise(*reader);
      if (line == nullptr || reader->output_size() != 1) {
        break;
      }
      pointwise.emplace_back(line->name);
      absorbed_.insert(reader);
      last = reader;
    }
    const std::string& edge = last->name();
    builder_.add(node.name(), op, inputs, edge, std::move(pointwise));
    const traces::MapShape& shape = builder_.shape(edge);
    Ints onnx_shape = is_matrix ? Ints{1, shape.channels} : Ints{1, shape.channels, shape.height, shape.width};
    activations_.emplace(last->output(0), Activation{edge, std::move(onnx_shape)});
    ++layers_;
  }

  void convolution(const onnx::NodeProto& node) {
    const Activation& input = map(node, 0);
    const Ints weights = weight_shape(node, 1, 4);
    const Ints strides = ints_attribute(node, "strides").value_or(Ints{1, 1});
    const Ints dilations = ints_attribute(node, "dilations").value_or(Ints{1, 1});
    const Ints pads = ints_attribute(node, "pads").value_or(Ints{0, 0, 0, 0});
    const std::string auto_pad = string_attribute(node, "auto_pad", "NOTSET");
    if (auto_pad != "NOTSET" && auto_pad != "VALID") {
      refuse(node,
             fmt::format("auto_pad {} is not supported; export the model with explicit pads", in_quotes(auto_pad)));
    }
    if (strides.size() != 2 || strides[0] != strides[1]) {
      refuse(node, fmt::format("strides are [{}]; only two equal strides are supported", fmt::join(strides, ", ")));
    }
    if (dilations != Ints{1, 1}) {
      refuse(node, fmt::format("dilations are [{}]; only 1 is supported", fmt::join(dilations, ", ")));
    }
    if (pads.size() != 4) {
      refuse(node, fmt::format("pads are [{}]; there must be four", fmt::join(pads, ", ")));
    }
    traces::Convolution conv;
    conv.filters = weights[0];
    conv.kernel_height = weights[2];
    conv.kernel_width = weights[3];
    conv.stride = strides[0];
    conv.groups = int_attribute(node, "group", 1);
    conv.pads = {pads[0], pads[1], pads[2], pads[3]};
    if (conv.groups < 1 || weights[1] != shape_of(input).channels / conv.groups) {
      refuse(node, fmt::format("weights have {} channels, but the input has {} in {} groups; export the model again",
                               weights[1], shape_of(input).channels, conv.groups));
    }
    weights_.emplace(layers_, WeightSource{node.input(1), false, {}});
    add_layer(node, conv, {input.edge});
  }

  void gemm(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    check_no_pending_slice(input);
    const Ints weights = weight_shape(node, 1, 2);
    const bool is_transposed = int_attribute(node, "transB", 0) == 0;
    const std::int64_t outputs = is_transposed ? weights[1] : weights[0];
    const std::int64_t read = is_transposed ? weights[0] : weights[1];
    if (int_attribute(node, "transA", 0) != 0 || float_attribute(node, "alpha", 1.0F) != 1.0F ||
        float_attribute(node, "beta", 1.0F) != 1.0F) {
      refuse(node, "transA, alpha or beta are set; only a plain fully connected layer is supported");
    }
    const traces::MapShape& shape = shape_of(input);
    if (input.shape != Ints{1, shape.elements()} || read != shape.elements()) {
      refuse(node, fmt::format("reads {} values, but its input has shape [{}]; flatten the input", read,
                               fmt::join(input.shape, ", ")));
    }
    weights_.emplace(layers_, WeightSource{node.input(1), is_transposed, shape});
    add_layer(node, traces::FullyConnected{outputs}, {input.edge}, true);
  }

  void addition(const onnx::NodeProto& node) {
    std::vector<std::string> inputs;
    const Ints& shape = map(node, 0).shape;
    for (int i = 0; i < node.input_size(); ++i) {
      const Activation& input = map(node, i);
      if (input.shape != shape) {
        refuse(node, fmt::format("adds [{}] to [{}]; only equal shapes are supported", fmt::join(input.shape, ", "),
                                 fmt::join(shape, ", ")));
      }
      inputs.push_back(input.edge);
    }
    add_layer(node, traces::Add{}, inputs, shape.size() == 2);
  }

  /// Steps along rows and columns may come from one Slice or from two in a row; they become one layer.
  void slice(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    if (input.shape.size() != 4) {
      refuse(node, "slices a flattened map; only maps are supported");
    }
    std::vector<const IntTensor*> parameters;
    for (int i = 1; i < node.input_size(); ++i) {
      parameters.push_back(constant_input(node, i));
      if (parameters.back() == nullptr && !node.input(i).empty()) {
        refuse(node, fmt::format("input {} is not constant; export the model with constant folding",
                                 in_quotes(node.input(i))));
      }
    }
    const std::vector<SliceRange> ranges = ranges_of(node, input.shape, parameters);
    Activation result = input;
    for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
      const SliceRange& range = ranges[axis];
      const bool is_spatial = axis >= 2;
      if (range.start != 0 || range.step < 1 || (range.step > 1 && !is_spatial) ||
          range.count != (input.shape[axis] - 1) / range.step + 1) {
        refuse(node, fmt::format("takes {} of {} along axis {} from {} in steps of {}; only every n-th row and column "
                                 "from the first to the last is supported",
                                 range.count, input.shape[axis], axis, range.start, range.step));
      }
      result.shape[axis] = range.count;
    }
    result.row_step *= ranges[2].step;
    result.column_step *= ranges[3].step;
    if (result.row_step == result.column_step && result.row_step > 1) {
      add_layer(node, traces::Subsample{result.row_step}, {input.edge});
    } else {
      activations_.emplace(node.output(0), std::move(result));
    }
  }

  static std::vector<SliceRange> ranges_of(const onnx::NodeProto& node, const Ints& shape,
                                           const std::vector<const IntTensor*>& parameters) {
    try {
      return slice_ranges(node, shape, parameters);
    } catch (const CaptureError& error) {
      refuse(node, error.what());
    }
  }

  void pad(const onnx::NodeProto& node) {
    const Activation& input = map(node, 0);
    const IntTensor* amounts = constant_input(node, 1);
    const Ints pads = amounts != nullptr ? amounts->values : ints_attribute(node, "pads").value_or(Ints{});
    if (string_attribute(node, "mode", "constant") != "constant" || padding_value(node) != 0.0F) {
      refuse(node, "pads with something else than zeros; only zeros are supported");
    }
    // [batch, channel, row, column] before, then the same after.
    if (pads.size() != 8 || pads[0] != 0 || pads[2] != 0 || pads[3] != 0 || pads[4] != 0 || pads[6] != 0 ||
        pads[7] != 0) {
      refuse(node, fmt::format("pads are [{}]; only channels may be padded here, rows and columns in the convolution",
                               fmt::join(pads, ", ")));
    }
    add_layer(node, traces::ChannelPad{pads[1], pads[5]}, {input.edge});
  }

  float padding_value(const onnx::NodeProto& node) const {
    if (node.input_size() < 3 || node.input(2).empty()) {
      return float_attribute(node, "value", 0.0F);
    }
    const onnx::TensorProto* stored = find_initializer(graph_, node.input(2));
    for (const onnx::NodeProto& other : graph_.node()) {
      const onnx::AttributeProto* value = other.op_type() == "Constant" ? find_attribute(other, "value") : nullptr;
      if (value != nullptr && other.output_size() == 1 && other.output(0) == node.input(2)) {
        stored = &value->t();
      }
    }
    const std::vector<float> values = stored == nullptr ? std::vector<float>{} : float_values(*stored);
    if (values.size() != 1) {
      refuse(node, "the padding value is not constant; export the model with constant folding");
    }
    return values.front();
  }

  void global_average_pool(const onnx::NodeProto& node) {
    add_layer(node, traces::GlobalAveragePool{}, {map(node, 0).edge});
  }

  /// A Reshape or Flatten moves nothing: the edge is read under another shape.
  void rename(const onnx::NodeProto& node, Ints shape) {
    Activation result = activation(node, 0);
    check_no_pending_slice(result);
    result.shape = std::move(shape);
    activations_.emplace(node.output(0), std::move(result));
  }

  void reshape(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    const IntTensor* target = constant_input(node, 1);
    if (target == nullptr) {
      refuse(node, "the shape is not constant; export the model with constant folding");
    }
    Ints shape;
    try {
      shape = resolve_reshape(input.shape, target->values);
    } catch (const CaptureError& error) {
      refuse(node, error.what());
    }
    const traces::MapShape& map_shape = shape_of(input);
    const bool is_flat = shape == Ints{1, map_shape.elements()};
    if (!is_flat && shape != Ints{1, map_shape.channels, map_shape.height, map_shape.width}) {
      refuse(node, fmt::format("makes [{}] of [{}]; only flattening to [1, {}] is supported", fmt::join(shape, ", "),
                               fmt::join(input.shape, ", "), map_shape.elements()));
    }
    rename(node, std::move(shape));
  }

  void flatten(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    if (int_attribute(node, "axis", 1) != 1) {
      refuse(node, "flattens along another axis than 1; only whole images are supported");
    }
    rename(node, {1, shape_of(input).elements()});
  }

  void shape(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    if (find_attribute(node, "start") != nullptr || find_attribute(node, "end") != nullptr) {
      refuse(node, "start and end are not supported; export the model with constant folding");
    }
    constants_.set(node.output(0), IntTensor{{static_cast<std::int64_t>(input.shape.size())}, input.shape});
  }

  const onnx::GraphProto& graph_;
  Constants constants_;
  std::map<std::string, Activation> activations_;  ///< by ONNX tensor
  std::map<std::size_t, WeightSource> weights_;
  std::size_t layers_ = 0;
  std::map<std::string, std::vector<const onnx::NodeProto*>> readers_;  ///< by ONNX tensor
  std::set<const onnx::NodeProto*> absorbed_;                           ///< pointwise nodes that are part of a layer
  traces::Network::Builder builder_;
};

/// One line an operator.
const std::array<Importer::OperatorLine, 9> Importer::operators = {{
    {"Conv", &Importer::convolution},
    {"Gemm", &Importer::gemm},
    {"Add", &Importer::addition},
    {"Slice", &Importer::slice},
    {"Pad", &Importer::pad},
    {"GlobalAveragePool", &Importer::global_average_pool},
    {"Reshape", &Importer::reshape},
    {"Flatten", &Importer::flatten},
    {"Shape", &Importer::shape},
}};

}  // namespace

ImportedGraph import_graph(const onnx::GraphProto& graph, const std::string& network_name) {
  return Importer(graph, network_name).run();
}

}  // namespace millrace::capture
