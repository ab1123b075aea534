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

#include "traces/capture/canonical_model.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/constants.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/capture/pointwise.hpp"
#include "traces/capture/tensor_views.hpp"
#include "traces/capture/window_attributes.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"

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
  traces::Pads pads;             ///< a Pad put zeros around it, which the window of a layer must take over
};

/// What to do about operators that are met often and that no layer expresses.
struct Advice {
  std::string_view operator_type;
  std::string_view text;
};

constexpr std::string_view no_product =
    "only sums of two activations are supported, products (squeeze-and-excite, SiLU, attention) are not";

constexpr std::array advices = {
    Advice{"Mul", no_product},
    Advice{"MatMul", no_product},
    Advice{"Transpose", "export the model in NCHW order (tf2onnx: --inputs-as-nchw)"},
    Advice{"QuantizeLinear", "export the model in 32-bit floating point, before it is quantised"},
    Advice{"DequantizeLinear", "export the model in 32-bit floating point, before it is quantised"},
    Advice{"Softmax", "only a softmax at the end is left to whatever reads the result; export the model up to it"},
};

class Importer {
 public:
  Importer(const onnx::GraphProto& graph, const std::string& network_name)
      : graph_(graph),
        constants_(graph),
        builder_(begin(network_name)),
        model_(graph, model_input(graph).name(), input_shape()) {
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
    check_settled(found->second);
    traces::Network network = builder_.finish(found->second.edge);
    return {std::move(network), model_.finish(found->second.edge), std::move(weights_)};
  }

 private:
  using Handler = void (Importer::*)(const onnx::NodeProto& node);
  struct OperatorLine {
    std::string_view operator_type;
    Handler handler;
  };
  static const std::array<OperatorLine, 16> operators;

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
    activations_.emplace(input.name(), Activation{input.name(), shape, 1, 1, {}});
    return {network_name, input.name(), {shape[2], shape[3], shape[1]}};
  }

  void import(const onnx::NodeProto& node) {
    if (!is_standard(node)) {
      refuse(node, fmt::format("operators of the domain {} are not supported", in_quotes(node.domain())));
    }
    if (constants_.fold(node)) {
      return;
    }
    if (pointwise_name(node)) {
      pointwise(node);
      return;
    }
    const auto line = std::find_if(operators.begin(), operators.end(), [&node](const OperatorLine& candidate) {
      return candidate.operator_type == node.op_type();
    });
    if (line == operators.end()) {
      refuse_operator(node);
    }
    if (node.output_size() != 1) {
      refuse(node, fmt::format("has {} outputs, must have one", node.output_size()));
    }
    (this->*line->handler)(node);
  }

  [[noreturn]] static void refuse_operator(const onnx::NodeProto& node) {
    const auto* advice = std::find_if(advices.begin(), advices.end(),
                                      [&node](const Advice& line) { return line.operator_type == node.op_type(); });
    if (advice != advices.end()) {
      refuse(node, fmt::format("this operator is not supported here; {}", advice->text));
    }
    std::vector<std::string_view> known = pointwise_operators();
    for (const OperatorLine& candidate : operators) {
      known.push_back(candidate.operator_type);
    }
    refuse(node, fmt::format("this operator is not supported; supported: {}; export the model without it, or capture "
                             "in PyTorch as traces/README.md shows",
                             fmt::join(known, ", ")));
  }

  [[noreturn]] static void refuse(const onnx::NodeProto& node, std::string_view what) {
    throw CaptureError(fmt::format("{}: {}", describe(node), what));
  }

  const traces::MapShape& input_shape() const { return builder_.shape(model_input(graph_).name()); }

  static void check_settled(const Activation& activation) {
    if (activation.pads != traces::Pads{}) {
      throw CaptureError(fmt::format(
          "edge {}: a Pad puts rows or columns around it, but no convolution or average pool takes them over; "
          "put the padding into the layer that reads it",
          in_quotes(activation.edge)));
    }
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
    check_settled(result);
    check_map(node, result);
    return result;
  }

  void check_map(const onnx::NodeProto& node, const Activation& result) const {
    const traces::MapShape& shape = shape_of(result);
    const bool is_pixel = shape.height == 1 && shape.width == 1;
    if (!is_pixel && result.shape != Ints{1, shape.channels, shape.height, shape.width}) {
      refuse(node, fmt::format("reads {} reshaped to [{}]; only a fully connected layer may read a flattened map",
                               in_quotes(result.edge), fmt::join(result.shape, ", ")));
    }
  }

  /// A map that a Pad may have put zeros around; they are in its shape.
  const Activation& padded_map(const onnx::NodeProto& node) const {
    const Activation& result = activation(node, 0);
    if (result.pads == traces::Pads{}) {
      return map(node, 0);
    }
    return result;
  }

  static WindowAttributes window_of(const onnx::NodeProto& node, std::int64_t kernel_height, std::int64_t kernel_width,
                                    const Activation& input) {
    try {
      const std::size_t rank = input.shape.size();
      WindowAttributes window = window_attributes(node, kernel_height, kernel_width, rank == 4 ? input.shape[2] : 1,
                                                  rank == 4 ? input.shape[3] : 1);
      window.pads.top += input.pads.top;
      window.pads.left += input.pads.left;
      window.pads.bottom += input.pads.bottom;
      window.pads.right += input.pads.right;
      return window;
    } catch (const CaptureError& error) {
      refuse(node, error.what());
    }
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
  void add_layer(const onnx::NodeProto& node, const traces::Operator& op, const LayerSources& sources,
                 bool is_matrix = false) {
    model_.add_layer(node.name(), op, sources);
    std::vector<std::string> steps;
    const onnx::NodeProto* last = &node;
    if (std::holds_alternative<traces::Pointwise>(op)) {
      steps.push_back(*pointwise_name(node));
      model_.add_step(node, sources.edges.front());
    }
    while (const onnx::NodeProto* step = next_step(*last)) {
      if (step == &node || !absorbed_.insert(step).second) {
        refuse(*step, "reads what is made of its own output; a network has no loops");
      }
      steps.push_back(*pointwise_name(*step));
      model_.add_step(*step, last->name());
      last = step;
    }
    const std::string& edge = last->name();
    builder_.add(node.name(), op, sources.edges, edge, std::move(steps));
    const traces::MapShape& shape = builder_.shape(edge);
    Ints onnx_shape = is_matrix ? Ints{1, shape.channels} : Ints{1, shape.channels, shape.height, shape.width};
    activations_.emplace(last->output(0), Activation{edge, std::move(onnx_shape), 1, 1, {}});
    ++layers_;
  }

  /// A pointwise operator that is its producer's only reader is part of it. Null if there is none.
  const onnx::NodeProto* next_step(const onnx::NodeProto& producer) const {
    const std::string& tensor = producer.output(0);
    const auto readers = readers_.find(tensor);
    if (is_output(tensor) || readers == readers_.end() || readers->second.size() != 1) {
      return nullptr;
    }
    const onnx::NodeProto* reader = readers->second.front();
    const bool is_step = pointwise_name(*reader) && reader->output_size() == 1 && reader->input(0) == tensor;
    return is_step ? reader : nullptr;
  }

  void pointwise(const onnx::NodeProto& node) {
    if (node.output_size() != 1) {
      refuse(node, fmt::format("has {} outputs, must have one", node.output_size()));
    }
    const Activation& input = map(node, 0);
    add_layer(node, traces::Pointwise{}, {{input.edge}, {}, false}, input.shape.size() == 2);
  }

  void convolution(const onnx::NodeProto& node) {
    const Activation& input = padded_map(node);
    const Ints weights = weight_shape(node, 1, 4);
    const WindowAttributes window = window_of(node, weights[2], weights[3], input);
    traces::Convolution conv;
    conv.filters = weights[0];
    conv.kernel_height = weights[2];
    conv.kernel_width = weights[3];
    conv.stride = window.stride;
    conv.groups = int_attribute(node, "group", 1);
    conv.pads = window.pads;
    if (conv.groups < 1 || weights[1] != shape_of(input).channels / conv.groups) {
      refuse(node, fmt::format("weights have {} channels, but the input has {} in {} groups; export the model again",
                               weights[1], shape_of(input).channels, conv.groups));
    }
    weights_.emplace(layers_, WeightSource{node.input(1), {}});
    add_layer(node, conv, {{input.edge}, weights_and_bias(node, conv.filters), false});
  }

  /// Names of the initialisers; the bias must have one value an output.
  std::vector<std::string> weights_and_bias(const onnx::NodeProto& node, std::int64_t outputs) const {
    if (node.input_size() < 3 || node.input(2).empty()) {
      return {node.input(1)};
    }
    const onnx::TensorProto* bias = find_initializer(graph_, node.input(2));
    const std::int64_t innermost = bias == nullptr || bias->dims_size() == 0 ? 0 : bias->dims(bias->dims_size() - 1);
    if (bias == nullptr || innermost != outputs || float_values(*bias).size() != static_cast<std::size_t>(outputs)) {
      refuse(node, fmt::format("bias {} must be {} values stored as an initialiser; export the model with constant "
                               "folding",
                               in_quotes(node.input(2)), outputs));
    }
    return {node.input(1), node.input(2)};
  }

  void gemm(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    check_settled(input);
    const Ints weights = weight_shape(node, 1, 2);
    const std::int64_t outputs = weights[0];
    const std::int64_t read = weights[1];
    if (int_attribute(node, "transA", 0) != 0 || int_attribute(node, "transB", 0) == 0 ||
        float_attribute(node, "alpha", 1.0F) != 1.0F || float_attribute(node, "beta", 1.0F) != 1.0F) {
      refuse(node, "transA, alpha or beta are set; only a plain fully connected layer is supported");
    }
    const traces::MapShape& shape = shape_of(input);
    if (input.shape != Ints{1, shape.elements()} || read != shape.elements()) {
      refuse(node, fmt::format("reads {} values, but its input has shape [{}]; flatten the input", read,
                               fmt::join(input.shape, ", ")));
    }
    weights_.emplace(layers_, WeightSource{node.input(1), shape});
    add_layer(node, traces::FullyConnected{outputs}, {{input.edge}, weights_and_bias(node, outputs), true}, true);
  }

  void addition(const onnx::NodeProto& node) {
    std::vector<std::string> inputs;
    const Ints shape = map(node, 0).shape;
    for (int i = 0; i < node.input_size(); ++i) {
      const Activation& input = map(node, i);
      if (input.shape != shape) {
        refuse(node, fmt::format("adds [{}] to [{}]; only equal shapes are supported", fmt::join(input.shape, ", "),
                                 fmt::join(shape, ", ")));
      }
      inputs.push_back(input.edge);
    }
    const bool is_matrix = shape.size() == 2;
    add_layer(node, traces::Add{}, {inputs, {}, is_matrix}, is_matrix);
  }

  void concat(const onnx::NodeProto& node) {
    std::vector<std::string> inputs;
    const std::size_t rank = map(node, 0).shape.size();
    const std::int64_t axis = int_attribute(node, "axis", 1);
    if (axis != 1 && axis != 1 - static_cast<std::int64_t>(rank)) {
      refuse(node, fmt::format("joins along axis {}; only channels (axis 1) are supported", axis));
    }
    for (int i = 0; i < node.input_size(); ++i) {
      const Activation& input = map(node, i);
      if (input.shape.size() != rank) {
        refuse(node, "joins a map and a flattened map; only equal kinds are supported");
      }
      inputs.push_back(input.edge);
    }
    add_layer(node, traces::Concat{}, {inputs, {}, rank == 2}, rank == 2);
  }

  traces::PoolWindow pool_window(const onnx::NodeProto& node, const Activation& input) const {
    try {
      const std::int64_t kernel = square_kernel(node);
      const WindowAttributes window = window_of(node, kernel, kernel, input);
      return {kernel, window.stride, window.pads, int_attribute(node, "ceil_mode", 0) != 0};
    } catch (const CaptureError& error) {
      refuse(node, error.what());
    }
  }

  void max_pool(const onnx::NodeProto& node) {
    const Activation& input = map(node, 0);
    add_layer(node, traces::MaxPool{pool_window(node, input)}, {{input.edge}, {}, false});
  }

  void average_pool(const onnx::NodeProto& node) {
    const Activation& input = padded_map(node);
    traces::AveragePool pool{pool_window(node, input), int_attribute(node, "count_include_pad", 0) != 0};
    if (input.pads != traces::Pads{}) {
      if (!pool.count_include_pad && pool.window.pads != input.pads) {
        refuse(node,
               "its own padding does not count in the divisor, but that of the Pad before it does; use one of them");
      }
      pool.count_include_pad = true;
    }
    const traces::MapShape& shape = shape_of(input);
    const bool is_global =
        pool.window.kernel == shape.height && pool.window.kernel == shape.width && pool.window.pads == traces::Pads{};
    const LayerSources sources{{input.edge}, {}, false};
    // The whole map in one window is the same thing, and needs no window.
    is_global ? add_layer(node, traces::GlobalAveragePool{}, sources) : add_layer(node, pool, sources);
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
      add_layer(node, traces::Subsample{result.row_step}, {{input.edge}, {}, false});
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
    if (pads.size() != 8 || pads[0] != 0 || pads[4] != 0) {
      refuse(node, fmt::format("pads are [{}]; only channels, rows and columns of a map may be padded",
                               fmt::join(pads, ", ")));
    }
    const bool has_channels = pads[1] != 0 || pads[5] != 0;
    const traces::Pads around{pads[2], pads[3], pads[6], pads[7]};
    if (around == traces::Pads{}) {
      add_layer(node, traces::ChannelPad{pads[1], pads[5]}, {{input.edge}, {}, false});
      return;
    }
    const bool is_cropping = std::any_of(
        pads.begin(), pads.end(), [](std::int64_t amount) { return amount < 0 || amount > traces::largest_dimension; });
    if (has_channels || is_cropping) {
      refuse(node, fmt::format("pads are [{}]; only channels, or only rows and columns, may be padded, and not cropped",
                               fmt::join(pads, ", ")));
    }
    Activation result = input;
    result.pads = around;
    result.shape = {1, pads[5] + shape_of(input).channels, around.top + shape_of(input).height + around.bottom,
                    around.left + shape_of(input).width + around.right};
    activations_.emplace(node.output(0), std::move(result));
  }

  float padding_value(const onnx::NodeProto& node) const {
    if (node.input_size() < 3 || node.input(2).empty()) {
      return float_attribute(node, "value", 0.0F);
    }
    const onnx::TensorProto* stored = find_initializer(graph_, node.input(2));
    const std::vector<float> values = stored == nullptr ? std::vector<float>{} : float_values(*stored);
    if (values.size() != 1) {
      refuse(node, "the padding value is not constant; export the model with constant folding");
    }
    return values.front();
  }

  void global_average_pool(const onnx::NodeProto& node) {
    add_layer(node, traces::GlobalAveragePool{}, {{map(node, 0).edge}, {}, false});
  }

  void reduce_mean(const onnx::NodeProto& node) {
    const Activation& input = map(node, 0);
    const IntTensor* stored = constant_input(node, 1);
    Ints axes = stored != nullptr ? stored->values : ints_attribute(node, "axes").value_or(Ints{});
    for (std::int64_t& axis : axes) {
      axis += axis < 0 ? 4 : 0;
    }
    if (input.shape.size() != 4 || (axes != Ints{2, 3} && axes != Ints{3, 2})) {
      refuse(node, fmt::format("takes the mean along axes [{}] of [{}]; only that of a whole map (axes 2 and 3) is "
                               "supported",
                               fmt::join(axes, ", "), fmt::join(input.shape, ", ")));
    }
    const bool keeps_axes = int_attribute(node, "keepdims", 1) != 0;
    add_layer(node, traces::GlobalAveragePool{}, {{input.edge}, {}, false}, !keeps_axes);
  }

  /// A Reshape or Flatten moves nothing: the edge is read under another shape.
  void rename(const onnx::NodeProto& node, Ints shape) {
    Activation result = activation(node, 0);
    check_settled(result);
    const traces::MapShape& map = shape_of(result);
    if (shape != Ints{1, map.elements()} && shape != Ints{1, map.channels, map.height, map.width}) {
      refuse(node, fmt::format("makes [{}] of [{}]; only flattening to [1, {}] is supported", fmt::join(shape, ", "),
                               fmt::join(result.shape, ", "), map.elements()));
    }
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
    rename(node, std::move(shape));
  }

  void flatten(const onnx::NodeProto& node) {
    const Activation& input = activation(node, 0);
    if (int_attribute(node, "axis", 1) != 1) {
      refuse(node, "flattens along another axis than 1; only whole images are supported");
    }
    rename(node, {1, shape_of(input).elements()});
  }

  /// Axes of a Squeeze or Unsqueeze: an attribute before opset 13, then an input.
  std::set<std::int64_t> axes_of(const onnx::NodeProto& node, std::size_t rank) const {
    const IntTensor* stored = constant_input(node, 1);
    std::set<std::int64_t> result;
    for (const std::int64_t axis : stored != nullptr ? stored->values : ints_attribute(node, "axes").value_or(Ints{})) {
      result.insert(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
    }
    return result;
  }

  void squeeze(const onnx::NodeProto& node) {
    const Ints& before = activation(node, 0).shape;
    const std::set<std::int64_t> axes = axes_of(node, before.size());
    Ints shape;
    for (std::size_t axis = 0; axis < before.size(); ++axis) {
      const bool is_named = axes.empty() || axes.contains(static_cast<std::int64_t>(axis));
      if (before[axis] != 1 || !is_named) {
        shape.push_back(before[axis]);
      }
    }
    rename(node, std::move(shape));
  }

  void unsqueeze(const onnx::NodeProto& node) {
    const Ints& before = activation(node, 0).shape;
    constexpr std::size_t map_rank = 4;
    const std::set<std::int64_t> axes = axes_of(node, map_rank);
    Ints shape = before;
    for (const std::int64_t axis : axes) {
      if (axis < 0 || axis > static_cast<std::int64_t>(shape.size())) {
        refuse(node, fmt::format("axis {} does not fit [{}]; export the model again", axis, fmt::join(before, ", ")));
      }
      shape.insert(shape.begin() + axis, 1);
    }
    rename(node, std::move(shape));
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
  CanonicalModel model_;
};

/// One line an operator.
const std::array<Importer::OperatorLine, 16> Importer::operators = {{
    {"Conv", &Importer::convolution},
    {"Gemm", &Importer::gemm},
    {"Add", &Importer::addition},
    {"Sum", &Importer::addition},
    {"Concat", &Importer::concat},
    {"MaxPool", &Importer::max_pool},
    {"AveragePool", &Importer::average_pool},
    {"GlobalAveragePool", &Importer::global_average_pool},
    {"ReduceMean", &Importer::reduce_mean},
    {"Slice", &Importer::slice},
    {"Pad", &Importer::pad},
    {"Reshape", &Importer::reshape},
    {"Flatten", &Importer::flatten},
    {"Squeeze", &Importer::squeeze},
    {"Unsqueeze", &Importer::unsqueeze},
    {"Shape", &Importer::shape},
}};

}  // namespace

ImportedGraph import_graph(const onnx::GraphProto& graph, const std::string& network_name) {
  return Importer(graph, network_name).run();
}

}  // namespace millrace::capture
