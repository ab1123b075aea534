#include "tests/capture/exported_model.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

namespace millrace::test {
namespace {

constexpr float epsilon = 1e-3F;
constexpr std::int64_t channels = 8;
constexpr std::int64_t classes = 5;

PlainConv make_conv(PlainConv conv, std::mt19937& random) {
  conv.weights =
      exact_values(static_cast<std::size_t>(conv.filters * conv.channels * conv.kernel * conv.kernel), random);
  conv.bias.assign(static_cast<std::size_t>(conv.filters), 0.0F);
  return conv;
}

ExportedModel::Norm make_norm(std::mt19937& random) {
  ExportedModel::Norm norm{exact_values(channels, random), exact_values(channels, random),
                           exact_values(channels, random), exact_values(channels, random)};
  for (float& variance : norm.variance) {
    variance = variance * variance + 0.5F;
  }
  return norm;
}

/// What PyTorch writes beside a node for a number: from opset 11 on a node of its own.
void add_number(ModelBuilder& builder, const std::string& name, float value) {
  onnx::AttributeProto& attribute = *builder.node("Constant", {}, name).add_attribute();
  attribute.set_name("value");
  attribute.set_type(onnx::AttributeProto::TENSOR);
  attribute.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  attribute.mutable_t()->add_float_data(value);
}

}  // namespace

PlainMap ExportedModel::Norm::apply(const PlainMap& map) const {
  std::vector<float> scales;
  std::vector<float> shifts;
  for (std::size_t i = 0; i < gamma.size(); ++i) {
    scales.push_back(gamma[i] / std::sqrt(variance[i] + epsilon));
    shifts.push_back(beta[i] - scales[i] * mean[i]);
  }
  return scale(map, scales, shifts);
}

ExportedModel::ExportedModel(int opset, bool counts_padding) : opset_(opset), counts_padding_(counts_padding) {
  std::mt19937 random(5);
  a_ = make_conv({channels, 3, 3, 1, 1, {1, 1, 1, 1}, {}, {}}, random);
  b_ = make_conv({channels, 1, 3, 2, channels, {0, 0, 1, 1}, {}, {}}, random);
  c_ = make_conv({channels, channels, 1, 1, 1, {0, 0, 0, 0}, {}, {}}, random);
  e_ = make_conv({channels, channels, 1, 1, 1, {0, 0, 0, 0}, {}, {}}, random);
  e_.bias = exact_values(channels, random);
  norm_a_ = make_norm(random);
  norm_b_ = make_norm(random);
  norm_c_ = make_norm(random);
  norm_d_ = make_norm(random);
  largest_ = {2, 2, {0, 0, 0, 0}, true};
  mean_ = {3, 2, {1, 1, 0, 0}, true};
  fc_ = exact_values(static_cast<std::size_t>(classes * 2 * channels), random);
  fc_bias_ = exact_values(classes, random);
}

void ExportedModel::add_conv(ModelBuilder& builder, const PlainConv& conv, const std::string& input,
                             const std::string& output) const {
  builder.floats(output + ".weight", {conv.filters, conv.channels, conv.kernel, conv.kernel}, conv.weights);
  onnx::NodeProto& node = builder.node("Conv", {input, output + ".weight"}, output);
  set_ints(node, "kernel_shape", {conv.kernel, conv.kernel});
  set_ints(node, "strides", {conv.stride, conv.stride});
  set_ints(node, "pads", conv.pads);
  set_ints(node, "dilations", {1, 1});
  set_int(node, "group", conv.groups);
}

void ExportedModel::add_norm(ModelBuilder& builder, const Norm& norm, const std::string& input,
                             const std::string& output) const {
  builder.floats(output + ".gamma", {channels}, norm.gamma);
  builder.floats(output + ".beta", {channels}, norm.beta);
  builder.floats(output + ".mean", {channels}, norm.mean);
  builder.floats(output + ".variance", {channels}, norm.variance);
  // Weights that are the same twice arrive behind an Identity.
  builder.node("Identity", {output + ".beta"}, output + ".beta_again");
  onnx::NodeProto& node =
      builder.node("BatchNormalization",
                   {input, output + ".gamma", output + ".beta_again", output + ".mean", output + ".variance"}, output);
  set_float(node, "epsilon", epsilon);
  constexpr int first_with_mode = 14;
  if (opset_ >= first_with_mode) {
    set_int(node, "training_mode", 0);
  }
}

void ExportedModel::add_relu6(ModelBuilder& builder, const std::string& input, const std::string& output) const {
  constexpr int first_with_inputs = 11;
  constexpr float six = 6.0F;
  if (opset_ < first_with_inputs) {
    onnx::NodeProto& node = builder.node("Clip", {input}, output);
    set_float(node, "min", 0.0F);
    set_float(node, "max", six);
    return;
  }
  add_number(builder, output + ".min", 0.0F);
  add_number(builder, output + ".max", six);
  builder.node("Clip", {input, output + ".min", output + ".max"}, output);
}

void ExportedModel::add_dropout(ModelBuilder& builder, const std::string& input, const std::string& output) const {
  constexpr int first_with_inputs = 12;
  if (opset_ < first_with_inputs) {
    set_float(builder.node("Dropout", {input}, output), "ratio", 0.5F);
    return;
  }
  add_number(builder, output + ".ratio", 0.5F);
  onnx::TensorProto& mode = *builder.graph().add_initializer();
  mode.set_name(output + ".mode");
  mode.set_data_type(onnx::TensorProto::BOOL);
  mode.add_int32_data(0);
  builder.node("Dropout", {input, output + ".ratio", output + ".mode"}, output);
}

void ExportedModel::add_head(ModelBuilder& builder) const {
  constexpr int first_with_axes = 13;
  onnx::NodeProto& mean = builder.node("ReduceMean", {"joined"}, "pooled");
  set_ints(mean, "axes", {2, 3});
  set_int(mean, "keepdims", 1);
  // x.view(x.size(0), -1)
  builder.node("Shape", {"pooled"}, "shape");
  builder.ints("zero", {}, {0});
  builder.ints("axes", {1}, {0});
  builder.ints("rest", {1}, {-1});
  builder.node("Gather", {"shape", "zero"}, "images");
  if (opset_ < first_with_axes) {
    set_ints(builder.node("Unsqueeze", {"images"}, "images_list"), "axes", {0});
  } else {
    builder.node("Unsqueeze", {"images", "axes"}, "images_list");
  }
  set_int(builder.node("Concat", {"images_list", "rest"}, "flat_shape"), "axis", 0);
  builder.node("Reshape", {"pooled", "flat_shape"}, "flat");
  builder.floats("fc.weight", {classes, 2 * channels}, fc_);
  builder.floats("fc.bias", {classes}, fc_bias_);
  if (opset_ < first_with_axes) {
    set_int(builder.node("Gemm", {"flat", "fc.weight", "fc.bias"}, "fc"), "transB", 1);
    builder.node("Softmax", {"fc"}, "scores");
  } else {
    set_ints(builder.node("Transpose", {"fc.weight"}, "fc.turned"), "perm", {1, 0});
    builder.node("MatMul", {"flat", "fc.turned"}, "fc");
    builder.node("Add", {"fc.bias", "fc"}, "logits");
    builder.node("Softmax", {"logits"}, "scores");
  }
  builder.output("scores");
}

ModelBuilder ExportedModel::model() const {
  ModelBuilder builder(3, 11, 11);
  builder.set_opset(opset_);
  add_conv(builder, a_, "image", "a");
  add_norm(builder, norm_a_, "a", "a_norm");
  add_relu6(builder, "a_norm", "a_relu");
  add_dropout(builder, "a_relu", "a_kept");
  add_conv(builder, b_, "a_kept", "b");
  add_norm(builder, norm_b_, "b", "b_norm");
  add_relu6(builder, "b_norm", "b_relu");
  add_conv(builder, c_, "b_relu", "c");
  add_norm(builder, norm_c_, "c", "c_norm");
  add_norm(builder, norm_d_, "c_norm", "d_norm");
  builder.node("Relu", {"d_norm"}, "d_relu");
  add_conv(builder, e_, "d_relu", "e");
  builder.floats("e.bias", {channels, 1, 1}, e_.bias);
  builder.node("Add", {"e", "e.bias"}, "e_sum");
  builder.node("Add", {"c_norm", "e_sum"}, "sum");
  const auto pool = [&](const std::string& type, const PlainPool& windows,
                        const std::string& output) -> onnx::NodeProto& {
    onnx::NodeProto& node = builder.node(type, {"sum"}, output);
    set_ints(node, "kernel_shape", {windows.kernel, windows.kernel});
    set_ints(node, "strides", {windows.stride, windows.stride});
    set_ints(node, "pads", windows.pads);
    set_int(node, "ceil_mode", 1);
    return node;
  };
  pool("MaxPool", largest_, "largest");
  set_int(pool("AveragePool", mean_, "mean"), "count_include_pad", counts_padding_ ? 1 : 0);
  set_int(builder.node("Concat", {"largest", "mean"}, "joined"), "axis", 1);
  add_head(builder);
  return builder;
}

std::map<std::string, PlainMap> ExportedModel::evaluate(const PlainMap& image) const {
  constexpr float six = 6.0F;
  std::map<std::string, PlainMap> edges;
  edges["image"] = image;
  const PlainMap& a = edges["/a_relu/Clip"] = clip(norm_a_.apply(convolve(image, a_)), 0.0F, six);
  const PlainMap& b = edges["/b_relu/Clip"] = clip(norm_b_.apply(convolve(a, b_)), 0.0F, six);
  const PlainMap& c = edges["/c/Conv"] = norm_c_.apply(convolve(b, c_));
  const PlainMap& d = edges["/d_relu/Relu"] = relu(norm_d_.apply(c));
  const PlainMap& sum = edges["/sum/Add"] = add(c, edges["/e/Conv"] = convolve(d, e_));
  const PlainMap& joined = edges["/joined/Concat"] = join(largest(sum, largest_), mean(sum, mean_, counts_padding_));
  const PlainMap& pooled = edges["/pooled/ReduceMean"] = average(joined);
  constexpr int first_with_axes = 13;
  edges[opset_ < first_with_axes ? "/fc/Gemm" : "/fc/MatMul"] = connect(pooled, fc_, fc_bias_);
  return edges;
}

}  // namespace millrace::test
