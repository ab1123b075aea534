// Writes small ONNX models for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "traces/capture/onnx_model.hpp"

namespace millrace::test {

class ModelBuilder {
 public:
  /// A model with one input [1, channels, height, width] named "image".
  ModelBuilder(std::int64_t channels, std::int64_t height, std::int64_t width);

  /// A node "<type>_<n>" or of the given name; returns it so that attributes can be added.
  onnx::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output);
  void floats(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values);
  void ints(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& values);
  void output(const std::string& tensor);
  void set_opset(int version);

  const onnx::GraphProto& graph() const { return model_.graph(); }
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }
  const onnx::ModelProto& model() const { return model_; }
  onnx::ModelProto& model() { return model_; }
  void write(const std::filesystem::path& file) const;

 private:
  onnx::ModelProto model_;
};

void set_ints(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);
void set_int(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set_float(onnx::NodeProto& node, const std::string& name, float value);
void set_string(onnx::NodeProto& node, const std::string& name, const std::string& value);

/// Small multiples of 1/8, so that sums of products are exact in any order; about one in eight is zero.
std::vector<float> exact_values(std::size_t count, std::mt19937& random);

}  // namespace millrace::test
