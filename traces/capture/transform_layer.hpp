// An OpenCV layer that changes values while the network runs, so that later layers see what it did.
#pragma once

#include <opencv2/dnn.hpp>
#include <string>

#include "traces/capture/edge_transform.hpp"

namespace millrace::capture {

/// Does nothing until it is told what to do. OpenCV makes one for every ONNX node of type operator_type.
class TransformLayer : public cv::dnn::Layer {
 public:
  static constexpr const char* operator_type = "MillraceTransform";
  /// From here on OpenCV knows the operator.
  static void make_known();

  explicit TransformLayer(const cv::dnn::LayerParams& parameters) : Layer(parameters) {}
  void set(const EdgeTransform& transform) { transform_ = transform; }

  void forward(cv::InputArrayOfArrays inputs, cv::OutputArrayOfArrays outputs,
               cv::OutputArrayOfArrays internals) override;

 private:
  EdgeTransform transform_;
};

}  // namespace millrace::capture
