#include "traces/capture/inference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <set>

#include "traces/capture/canonical_model.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/transform_layer.hpp"
#include "traces/in_quotes.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::capture {
namespace {

[[noreturn]] void refuse(const cv::Exception& error) {
  throw CaptureError(
      fmt::format("OpenCV {} cannot run the model: {}; export it for one image of fixed size, opset 11 "
                  "or 13",
                  CV_VERSION, error.err.empty() ? error.what() : error.err));
}

/// How OpenCV calls the layer of an ONNX node.
cv::String layer_of(const std::string& node) {
  return "onnx_node!" + node;
}

bool has_shape(const cv::Mat& blob, const traces::MapShape& shape) {
  const std::vector<std::int64_t> sizes(blob.size.p, blob.size.p + blob.dims);
  const std::vector<std::int64_t> map = {1, shape.channels, shape.height, shape.width};
  const std::vector<std::int64_t> matrix = {1, shape.elements()};
  return blob.type() == CV_32F && (sizes == map || sizes == matrix);
}

}  // namespace

Inference::Inference(const ImportedGraph& graph, const std::vector<traces::EdgeId>& changed) : network_(graph.network) {
  onnx::ModelProto model = graph.model;
  std::vector<std::string> names;
  for (const traces::EdgeId edge : changed) {
    names.push_back(network_.edge(edge).name);
  }
  insert_transforms(*model.mutable_graph(), names, TransformLayer::operator_type);
  TransformLayer::make_known();
  const std::string bytes = model.SerializeAsString();
  try {
    net_ = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    // Fused layers keep what was between them to themselves.
    net_.enableFusion(false);
  } catch (const cv::Exception& error) {
    refuse(error);
  }
  std::set<std::size_t> made = {network_.output().index};
  for (const std::vector<traces::EdgeId>& edges : {traces::masked_edges(network_), changed}) {
    for (const traces::EdgeId edge : edges) {
      made.insert(edge.index);
    }
  }
  // The input is not OpenCV's to hand out.
  made.erase(network_.input().index);
  for (const std::size_t edge : made) {
    ask_for(network_.edge({edge}).name, {edge}, made_);
  }
  for (const traces::EdgeId edge : changed) {
    ask_for(transform_node(network_.edge(edge).name), edge, changed_);
  }
}

void Inference::ask_for(const std::string& node, traces::EdgeId edge, Blobs& blobs) {
  names_.push_back(layer_of(node));
  outputs_.push_back({edge, &blobs});
}

void Inference::change(traces::EdgeId edge, const EdgeTransform& transform) {
  const int layer = net_.getLayerId(layer_of(transform_node(network_.edge(edge).name)));
  net_.getLayer(layer).dynamicCast<TransformLayer>()->set(transform);
}

void Inference::run(const cv::Mat& input) {
  std::vector<cv::Mat> blobs;
  try {
    net_.setInput(input);
    net_.forward(blobs, names_);
  } catch (const cv::Exception& error) {
    refuse(error);
  }
  made_[network_.input().index] = input;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const traces::Edge& edge = network_.edge(outputs_[i].edge);
    if (!has_shape(blobs[i], edge.shape)) {
      throw CaptureError(
          fmt::format("edge {}: OpenCV computes [{}], but the graph says {}x{}x{} (height x width x "
                      "channels); the model is not supported",
                      traces::in_quotes(edge.name), fmt::join(blobs[i].size.p, blobs[i].size.p + blobs[i].dims, ", "),
                      edge.shape.height, edge.shape.width, edge.shape.channels));
    }
    // The Mats are views of the network's own memory, which the next forward overwrites.
    (*outputs_[i].blobs)[outputs_[i].edge.index] = blobs[i].clone();
  }
}

std::vector<float> Inference::values(traces::EdgeId edge) const {
  const auto changed = changed_.find(edge.index);
  return changed == changed_.end() ? unchanged_values(edge) : channels_last(edge, changed->second);
}

std::vector<float> Inference::unchanged_values(traces::EdgeId edge) const {
  return channels_last(edge, made_.at(edge.index));
}

std::vector<float> Inference::channels_last(traces::EdgeId edge, const cv::Mat& blob) const {
  const traces::MapShape& shape = network_.edge(edge).shape;
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto pixels = static_cast<std::size_t>(shape.height * shape.width);
  const auto* planes = blob.ptr<float>();
  std::vector<float> result(channels * pixels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      result[pixel * channels + channel] = planes[channel * pixels + pixel];
    }
  }
  return result;
}

}  // namespace millrace::capture
