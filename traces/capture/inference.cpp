#include "traces/capture/inference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "traces/capture/capture_error.hpp"
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

bool has_shape(const cv::Mat& blob, const traces::MapShape& shape) {
  const std::vector<std::int64_t> sizes(blob.size.p, blob.size.p + blob.dims);
  const std::vector<std::int64_t> map = {1, shape.channels, shape.height, shape.width};
  const std::vector<std::int64_t> matrix = {1, shape.elements()};
  return blob.type() == CV_32F && (sizes == map || sizes == matrix);
}

}  // namespace

Inference::Inference(const ImportedGraph& graph) : network_(graph.network) {
  const std::string bytes = graph.model.SerializeAsString();
  try {
    net_ = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    // Fused layers keep what was between them to themselves.
    net_.enableFusion(false);
  } catch (const cv::Exception& error) {
    refuse(error);
  }
  edges_ = traces::masked_edges(network_);
  // The input is not OpenCV's to hand out.
  std::erase(edges_, network_.input());
  edges_.push_back(network_.output());
  for (const traces::EdgeId edge : edges_) {
    names_.push_back("onnx_node!" + network_.edge(edge).name);
  }
}

void Inference::run(const cv::Mat& input) {
  std::vector<cv::Mat> outputs;
  try {
    net_.setInput(input);
    net_.forward(outputs, names_);
  } catch (const cv::Exception& error) {
    refuse(error);
  }
  blobs_[network_.input().index] = input;
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    const traces::Edge& edge = network_.edge(edges_[i]);
    if (!has_shape(outputs[i], edge.shape)) {
      throw CaptureError(fmt::format(
          "edge {}: OpenCV computes [{}], but the graph says {}x{}x{} (height x width x "
          "channels); the model is not supported",
          traces::in_quotes(edge.name), fmt::join(outputs[i].size.p, outputs[i].size.p + outputs[i].dims, ", "),
          edge.shape.height, edge.shape.width, edge.shape.channels));
    }
    // The Mats are views of the network's own memory, which the next forward overwrites.
    blobs_[edges_[i].index] = outputs[i].clone();
  }
}

std::vector<float> Inference::values(traces::EdgeId edge) const {
  const traces::MapShape& shape = network_.edge(edge).shape;
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto pixels = static_cast<std::size_t>(shape.height * shape.width);
  const auto* planes = blobs_.at(edge.index).ptr<float>();
  std::vector<float> result(channels * pixels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      result[pixel * channels + channel] = planes[channel * pixels + pixel];
    }
  }
  return result;
}

}  // namespace millrace::capture
