// Runs a model on one image at a time and hands out what is on every edge.
#pragma once

#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "traces/capture/graph_import.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

class Inference {
 public:
  /// Throws CaptureError if OpenCV does not take the model.
  Inference(const onnx::ModelProto& model, const ImportedGraph& graph);

  /// `input` is [1, C, H, W]. Throws CaptureError if the model fails, or if an edge has another shape than the network.
  void run(const cv::Mat& input);
  /// What the last run() left on an edge, [H, W, C] row-major.
  std::vector<float> values(traces::EdgeId edge) const;

 private:
  const traces::Network& network_;
  cv::dnn::Net net_;
  std::vector<cv::String> names_;  ///< of OpenCV's layers, by EdgeId::index - 1
  std::vector<cv::Mat> blobs_;     ///< by EdgeId::index; the input first
};

}  // namespace millrace::capture
