// An ONNX file in memory, and the few things that everything else asks of it.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::capture {

/// Reads a model; nodes without a name get one from their operator and position ("Conv_12"). Throws CaptureError:
/// missing file, not ONNX, more than one input or output, tensors whose values are elsewhere or do not fit their shape.
onnx::ModelProto load_model(const std::filesystem::path& file);

/// The graph's inputs that are not initialisers; load_model() has checked that there is one.
const onnx::ValueInfoProto& model_input(const onnx::GraphProto& graph);

/// Null if there is no initialiser of that name.
const onnx::TensorProto* find_initializer(const onnx::GraphProto& graph, std::string_view name);
onnx::TensorProto* find_initializer(onnx::GraphProto& graph, std::string_view name);

/// True if the operator is one of ONNX itself, not of some vendor.
bool is_standard(const onnx::NodeProto& node);

/// "node '/conv1/Conv' (Conv)", for messages.
std::string describe(const onnx::NodeProto& node);

/// Null if the node has no such attribute.
const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name);
std::int64_t int_attribute(const onnx::NodeProto& node, std::string_view name, std::int64_t otherwise);
float float_attribute(const onnx::NodeProto& node, std::string_view name, float otherwise);
std::string string_attribute(const onnx::NodeProto& node, std::string_view name, std::string_view otherwise);
void remove_attribute(onnx::NodeProto& node, std::string_view name);
/// Add an attribute that the node does not have.
void set_int_attribute(onnx::NodeProto& node, std::string_view name, std::int64_t value);
void set_float_attribute(onnx::NodeProto& node, std::string_view name, float value);
void set_string_attribute(onnx::NodeProto& node, std::string_view name, std::string_view value);
void set_ints_attribute(onnx::NodeProto& node, std::string_view name, const std::vector<std::int64_t>& values);
/// Nothing if the node has no such attribute.
std::optional<std::vector<std::int64_t>> ints_attribute(const onnx::NodeProto& node, std::string_view name);

}  // namespace millrace::capture
