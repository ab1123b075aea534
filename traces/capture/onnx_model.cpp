#include "traces/capture/onnx_model.hpp"

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_tensor.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;

std::vector<const onnx::ValueInfoProto*> true_inputs(const onnx::GraphProto& graph) {
  std::set<std::string> initializers;
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    initializers.insert(tensor.name());
  }
  std::vector<const onnx::ValueInfoProto*> result;
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (!initializers.contains(input.name())) {
      result.push_back(&input);
    }
  }
  return result;
}

std::ifstream open_model(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (std::filesystem::is_directory(status)) {
    throw CaptureError(fmt::format("{}: is a folder; name an ONNX model", file.string()));
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw CaptureError(fmt::format("{}: is no regular file; name an ONNX model", file.string()));
  }
  if (status.type() == std::filesystem::file_type::not_found) {
    throw CaptureError(fmt::format("{}: there is no such file; name an ONNX model", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw CaptureError(fmt::format("{}: cannot be read: {}; check path and rights", file.string(),
                                   std::generic_category().message(errno)));
  }
  return stream;
}

void name_nodes(onnx::GraphProto& graph) {
  std::set<std::string> names;
  for (const onnx::NodeProto& node : graph.node()) {
    names.insert(node.name());
  }
  for (int i = 0; i < graph.node_size(); ++i) {
    onnx::NodeProto& node = *graph.mutable_node(i);
    if (node.name().empty()) {
      std::string name = fmt::format("{}_{}", node.op_type(), i);
      while (!names.insert(name).second) {
        name += '_';
      }
      node.set_name(name);
    }
  }
}

void check_model(const onnx::GraphProto& graph) {
  if (graph.node_size() == 0) {
    throw CaptureError("has no nodes, so it is no ONNX model; export the model again");
  }
  const std::size_t inputs = true_inputs(graph).size();
  if (inputs != 1 || graph.output_size() != 1) {
    throw CaptureError(fmt::format(
        "has {} inputs and {} outputs, must have one of each; export the part that maps one image to one result",
        inputs, graph.output_size()));
  }
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    check_values(tensor);
  }
  for (const onnx::NodeProto& node : graph.node()) {
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_t()) {
        check_values(attribute.t());
      }
    }
  }
}

template <class Named>
auto* find_in(Named* list, std::string_view name) {
  const auto found = std::find_if(list->begin(), list->end(), [name](const auto& item) { return item.name() == name; });
  return found == list->end() ? nullptr : &*found;
}

onnx::AttributeProto& add_attribute(onnx::NodeProto& node, std::string_view name,
                                    onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(std::string(name));
  attribute.set_type(type);
  return attribute;
}

}  // namespace

onnx::ModelProto load_model(const std::filesystem::path& file) {
  // The parser reports to stderr on its own otherwise.
  google::protobuf::SetLogHandler(nullptr);
  std::ifstream stream = open_model(file);
  onnx::ModelProto model;
  if (!model.ParseFromIstream(&stream)) {
    throw CaptureError(fmt::format("{}: is not an ONNX model; name a file that an ONNX exporter wrote", file.string()));
  }
  try {
    check_model(model.graph());
  } catch (const CaptureError& what) {
    throw CaptureError(fmt::format("{}: {}", file.string(), what.what()));
  }
  name_nodes(*model.mutable_graph());
  return model;
}

const onnx::ValueInfoProto& model_input(const onnx::GraphProto& graph) {
  return *true_inputs(graph).at(0);
}

const onnx::TensorProto* find_initializer(const onnx::GraphProto& graph, std::string_view name) {
  return find_in(&graph.initializer(), name);
}

onnx::TensorProto* find_initializer(onnx::GraphProto& graph, std::string_view name) {
  return find_in(graph.mutable_initializer(), name);
}

bool is_standard(const onnx::NodeProto& node) {
  return node.domain().empty() || node.domain() == "ai.onnx";
}

std::string describe(const onnx::NodeProto& node) {
  return fmt::format("node {} ({})", in_quotes(node.name()), node.op_type());
}

const onnx::AttributeProto* find_attribute(const onnx::NodeProto& node, std::string_view name) {
  return find_in(&node.attribute(), name);
}

std::int64_t int_attribute(const onnx::NodeProto& node, std::string_view name, std::int64_t otherwise) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  return found == nullptr ? otherwise : found->i();
}

float float_attribute(const onnx::NodeProto& node, std::string_view name, float otherwise) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  return found == nullptr ? otherwise : found->f();
}

std::string string_attribute(const onnx::NodeProto& node, std::string_view name, std::string_view otherwise) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  return found == nullptr ? std::string(otherwise) : found->s();
}

std::optional<std::vector<std::int64_t>> ints_attribute(const onnx::NodeProto& node, std::string_view name) {
  const onnx::AttributeProto* found = find_attribute(node, name);
  if (found == nullptr) {
    return std::nullopt;
  }
  return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

void remove_attribute(onnx::NodeProto& node, std::string_view name) {
  auto& attributes = *node.mutable_attribute();
  attributes.erase(std::remove_if(attributes.begin(), attributes.end(),
                                  [name](const onnx::AttributeProto& attribute) { return attribute.name() == name; }),
                   attributes.end());
}

void set_int_attribute(onnx::NodeProto& node, std::string_view name, std::int64_t value) {
  add_attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set_float_attribute(onnx::NodeProto& node, std::string_view name, float value) {
  add_attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set_string_attribute(onnx::NodeProto& node, std::string_view name, std::string_view value) {
  add_attribute(node, name, onnx::AttributeProto::STRING).set_s(std::string(value));
}

void set_ints_attribute(onnx::NodeProto& node, std::string_view name, const std::vector<std::int64_t>& values) {
  add_attribute(node, name, onnx::AttributeProto::INTS).mutable_ints()->Assign(values.begin(), values.end());
}

}  // namespace millrace::capture
