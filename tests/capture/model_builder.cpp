#include "tests/capture/model_builder.hpp"

#include <fstream>

namespace millrace::test {
namespace {

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, const std::string& name,
                                    onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

ModelBuilder::ModelBuilder(std::int64_t channels, std::int64_t height, std::int64_t width) {
  constexpr int ir_version = 7;
  constexpr int opset = 11;
  model_.set_ir_version(ir_version);
  model_.add_opset_import()->set_version(opset);
  graph().set_name("test");
  onnx::ValueInfoProto& input = *graph().add_input();
  input.set_name("image");
  onnx::TypeProto::Tensor& type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t size : {std::int64_t{1}, channels, height, width}) {
    type.mutable_shape()->add_dim()->set_dim_value(size);
  }
}

onnx::NodeProto& ModelBuilder::node(const std::string& type, const std::vector<std::string>& inputs,
                                    const std::string& output) {
  onnx::NodeProto& result = *graph().add_node();
  result.set_name("/" + output + "/" + type);
  result.set_op_type(type);
  for (const std::string& input : inputs) {
    result.add_input(input);
  }
  result.add_output(output);
  return result;
}

void ModelBuilder::floats(const std::string& name, const std::vector<std::int64_t>& shape,
                          const std::vector<float>& values) {
  onnx::TensorProto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.mutable_dims()->Assign(shape.begin(), shape.end());
  tensor.mutable_float_data()->Assign(values.begin(), values.end());
}

void ModelBuilder::ints(const std::string& name, const std::vector<std::int64_t>& shape,
                        const std::vector<std::int64_t>& values) {
  onnx::TensorProto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.mutable_dims()->Assign(shape.begin(), shape.end());
  tensor.mutable_int64_data()->Assign(values.begin(), values.end());
}

void ModelBuilder::output(const std::string& tensor) {
  onnx::ValueInfoProto& output = *graph().add_output();
  output.set_name(tensor);
  onnx::TypeProto::Tensor& type = *output.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  // OpenCV wants an output to have a shape, but does not look at it.
  type.mutable_shape();
}

void ModelBuilder::set_opset(int version) {
  model_.mutable_opset_import(0)->set_version(version);
}

void ModelBuilder::write(const std::filesystem::path& file) const {
  std::ofstream stream(file, std::ios::binary);
  model_.SerializeToOstream(&stream);
}

void set_ints(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& attribute = add_attribute(node, name, onnx::AttributeProto::INTS);
  attribute.mutable_ints()->Assign(values.begin(), values.end());
}

void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set_float(onnx::NodeProto& node, const std::string& name, float value) {
  add_attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set_string(onnx::NodeProto& node, const std::string& name, const std::string& value) {
  add_attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}

std::vector<float> exact_values(std::size_t count, std::mt19937& random) {
  std::vector<float> values(count);
  for (float& value : values) {
    value = static_cast<float>(static_cast<int>(random() % 9) - 4) / 8.0F;
  }
  return values;
}

}  // namespace millrace::test
