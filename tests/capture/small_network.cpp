#include "tests/capture/small_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace millrace::test {
namespace {

constexpr std::int64_t image_channels = 3;
constexpr std::int64_t image_height = 9;
constexpr std::int64_t image_width = 7;
constexpr std::int64_t pad_before = 3;
constexpr std::int64_t pad_after = 3;

PlainConv make_conv(PlainConv conv, std::mt19937& random) {
  conv.weights =
      exact_values(static_cast<std::size_t>(conv.filters * conv.channels * conv.kernel * conv.kernel), random);
  conv.bias = exact_values(static_cast<std::size_t>(conv.filters), random);
  return conv;
}

PlainMap every_second(const PlainMap& input) {
  PlainMap result{input.channels, (input.height + 1) / 2, (input.width + 1) / 2, {}};
  for (std::int64_t channel = 0; channel < input.channels; ++channel) {
    for (std::int64_t row = 0; row < input.height; row += 2) {
      for (std::int64_t column = 0; column < input.width; column += 2) {
        result.values.push_back(input.at(channel, row, column));
      }
    }
  }
  return result;
}

PlainMap pad_channels(const PlainMap& input) {
  PlainMap result{pad_before + input.channels + pad_after, input.height, input.width, {}};
  const auto plane = static_cast<std::size_t>(input.height * input.width);
  result.values.assign(static_cast<std::size_t>(pad_before) * plane, 0.0F);
  result.values.insert(result.values.end(), input.values.begin(), input.values.end());
  result.values.resize(static_cast<std::size_t>(result.channels) * plane, 0.0F);
  return result;
}

void add_conv(ModelBuilder& builder, const PlainConv& conv, const std::string& input, const std::string& output) {
  builder.floats(output + ".weight", {conv.filters, conv.channels, conv.kernel, conv.kernel}, conv.weights);
  builder.floats(output + ".bias", {conv.filters}, conv.bias);
  onnx::NodeProto& node = builder.node("Conv", {input, output + ".weight", output + ".bias"}, output);
  set_ints(node, "kernel_shape", {conv.kernel, conv.kernel});
  set_ints(node, "strides", {conv.stride, conv.stride});
  set_ints(node, "pads", conv.pads);
  set_int(node, "group", conv.groups);
}

/// One by one in the order of magnitude: slow and plain on purpose.
void zero_smallest(std::vector<float>& weights, double fraction) {
  std::vector<bool> is_taken(weights.size(), false);
  for (auto count = static_cast<std::size_t>(fraction * static_cast<double>(weights.size())); count > 0; --count) {
    std::size_t smallest = weights.size();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (!is_taken[i] && (smallest == weights.size() || std::abs(weights[i]) < std::abs(weights[smallest]))) {
        smallest = i;
      }
    }
    is_taken[smallest] = true;
    weights[smallest] = 0.0F;
  }
}

}  // namespace

SmallNetwork::SmallNetwork(std::uint32_t seed, bool has_pool) : has_pool_(has_pool) {
  std::mt19937 random(seed);
  first = make_conv({12, image_channels, 3, 1, 1, {1, 0, 1, 2}, {}, {}}, random);
  body = make_conv({18, 6, 3, 2, 2, {1, 1, 1, 1}, {}, {}}, random);
  depthwise = make_conv({18, 1, 3, 1, 18, {1, 1, 1, 1}, {}, {}}, random);
  constexpr std::size_t pixels = 5 * 4;
  fc = exact_values(static_cast<std::size_t>(outputs) * 18 * (has_pool ? 1 : pixels), random);
  fc_bias = exact_values(static_cast<std::size_t>(outputs), random);
}

ModelBuilder SmallNetwork::model() const {
  ModelBuilder builder(image_channels, image_height, image_width);
  add_conv(builder, first, "image", "first");
  builder.node("Relu", {"first"}, "first_relu");
  add_conv(builder, body, "first_relu", "body");
  builder.ints("zero", {1}, {0});
  builder.ints("end", {1}, {std::numeric_limits<std::int64_t>::max()});
  builder.ints("rows", {1}, {2});
  builder.ints("columns", {1}, {3});
  builder.ints("step", {1}, {2});
  builder.node("Slice", {"first_relu", "zero", "end", "rows", "step"}, "half");
  builder.node("Slice", {"half", "zero", "end", "columns", "step"}, "quarter");
  builder.ints("amounts", {8}, {0, pad_before, 0, 0, 0, pad_after, 0, 0});
  set_string(builder.node("Pad", {"quarter", "amounts"}, "padded"), "mode", "constant");
  builder.node("Add", {"body", "padded"}, "sum");
  builder.node("Relu", {"sum"}, "sum_relu");
  add_conv(builder, depthwise, "sum_relu", "depthwise");
  builder.node("Relu", {"depthwise"}, "depthwise_relu");
  std::string flat = "depthwise_relu";
  if (has_pool_) {
    builder.node("GlobalAveragePool", {"depthwise_relu"}, "pooled");
    flat = "pooled";
  }
  set_int(builder.node("Flatten", {flat}, "flat"), "axis", 1);
  const auto inputs = static_cast<std::int64_t>(fc.size()) / outputs;
  builder.floats("fc.weight", {outputs, inputs}, fc);
  builder.floats("fc.bias", {outputs}, fc_bias);
  set_int(builder.node("Gemm", {"flat", "fc.weight", "fc.bias"}, "scores"), "transB", 1);
  builder.output("scores");
  return builder;
}

std::map<std::string, PlainMap> SmallNetwork::evaluate(
    const PlainMap& image, const std::function<void(const std::string&, PlainMap&)>& change) const {
  std::map<std::string, PlainMap> edges;
  const auto made = [&](const std::string& edge, PlainMap map) -> const PlainMap& {
    change(edge, map);
    return edges[edge] = std::move(map);
  };
  const PlainMap& input = made("image", image);
  const PlainMap& after_first = made("/first_relu/Relu", relu(convolve(input, first)));
  const PlainMap& after_body = made("/body/Conv", convolve(after_first, body));
  const PlainMap& quarter = made("/quarter/Slice", every_second(after_first));
  const PlainMap& padded = made("/padded/Pad", pad_channels(quarter));
  const PlainMap& sum = made("/sum_relu/Relu", relu(add(after_body, padded)));
  PlainMap last = made("/depthwise_relu/Relu", relu(convolve(sum, depthwise)));
  if (has_pool_) {
    last = made("/pooled/GlobalAveragePool", average(last));
  }
  edges["/scores/Gemm"] = connect(last, fc, fc_bias);
  return edges;
}

void SmallNetwork::prune(double fraction) {
  zero_smallest(body.weights, fraction);
}

}  // namespace millrace::test
