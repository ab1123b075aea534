// Runs a model on one image at a time and hands out what is on every edge.
#pragma once

#include <cstddef>
#include <map>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "traces/capture/graph_import.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

class Inference {
 public:
  /// Throws CaptureError if OpenCV does not take the model.
  explicit Inference(const ImportedGraph& graph);

  /// `input` is [1, C, H, W]. Throws CaptureError if the model fails, or if an edge has another shape than the network.
  void run(const cv::Mat& input);
  /// What the last run() left on an edge that a layer with weights reads, or on the output; [H, W, C] row-major.
  std::vector<float> values(traces::EdgeId edge) const;

 private:
  const traces::Network& network_;
  cv::dnn::Net net_;
  std::vector<traces::EdgeId> edges_;     ///< that are asked of OpenCV
  std::vector<cv::String> names_;         ///< of OpenCV's layers that make edges_
  std::map<std::size_t, cv::Mat> blobs_;  ///< by EdgeId::index
};

}  // namespace millrace::capture
