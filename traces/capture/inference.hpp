// Runs a model on one image at a time and hands out what is on every edge.
#pragma once

#include <cstddef>
#include <map>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "traces/capture/edge_transform.hpp"
#include "traces/capture/graph_import.hpp"
#include "traces/network.hpp"

namespace millrace::capture {

class Inference {
 public:
  /// What is on the edges `changed` may be changed on the way to their readers, see change(). Throws CaptureError if
  /// OpenCV does not take the model.
  Inference(const ImportedGraph& graph, const std::vector<traces::EdgeId>& changed);
  Inference(const Inference&) = delete;
  Inference& operator=(const Inference&) = delete;

  /// From the next run() on, until then and for other edges nothing is done to values.
  void change(traces::EdgeId edge, const EdgeTransform& transform);
  /// `input` is [1, C, H, W]. Throws CaptureError if the model fails, or if an edge has another shape than the network.
  void run(const cv::Mat& input);
  /// What the last run() left on an edge that a layer with weights reads, on a changed one, or on the output, as its
  /// readers see it; [H, W, C] row-major.
  std::vector<float> values(traces::EdgeId edge) const;
  /// The same, before it was changed.
  std::vector<float> unchanged_values(traces::EdgeId edge) const;

 private:
  using Blobs = std::map<std::size_t, cv::Mat>;  ///< by EdgeId::index

  void ask_for(const std::string& node, traces::EdgeId edge, Blobs& blobs);
  std::vector<float> channels_last(traces::EdgeId edge, const cv::Mat& blob) const;

  struct Output {
    traces::EdgeId edge;
    Blobs* blobs;  ///< where it goes
  };

  const traces::Network& network_;
  cv::dnn::Net net_;
  std::vector<Output> outputs_;    ///< what is asked of OpenCV
  std::vector<cv::String> names_;  ///< of OpenCV's layers that make outputs_
  Blobs made_;
  Blobs changed_;
};

}  // namespace millrace::capture
