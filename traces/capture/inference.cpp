#include "traces/capture/inference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "traces/capture/capture_error.hpp"
#include "traces/in_quotes.hpp"

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

Inference::Inference(const onnx::ModelProto& model, const ImportedGraph& graph) : network_(graph.network) {
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
  // An edge is named as the node that makes it; the input's is made by none.
  for (std::size_t i = 1; i < network_.edges().size(); ++i) {
    names_.push_back("onnx_node!" + network_.edge({i}).name);
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
  blobs_.clear();
  blobs_.push_back(input);
  for (const cv::Mat& output : outputs) {
    // The Mats are views of the network's own memory, which the next forward overwrites.
    blobs_.push_back(output.clone());
  }
  for (std::size_t i = 0; i < blobs_.size(); ++i) {
    const traces::Edge& edge = network_.edge({i});
    const cv::Mat& blob = blobs_[i];
    if (!has_shape(blob, edge.shape)) {
      throw CaptureError(
          fmt::format("edge {}: OpenCV computes [{}], but the graph says {}x{}x{} (height x width x "
                      "channels); the model is not supported",
                      traces::in_quotes(edge.name), fmt::join(blob.size.p, blob.size.p + blob.dims, ", "),
                      edge.shape.height, edge.shape.width, edge.shape.channels));
    }
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
