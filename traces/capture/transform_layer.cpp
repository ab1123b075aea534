#include "traces/capture/transform_layer.hpp"

#include <vector>

namespace millrace::capture {
namespace {

cv::Ptr<cv::dnn::Layer> make_layer(cv::dnn::LayerParams& parameters) {
  return cv::makePtr<TransformLayer>(parameters);
}

}  // namespace

void TransformLayer::make_known() {
  if (!cv::dnn::LayerFactory::isLayerRegistered(operator_type)) {
    cv::dnn::LayerFactory::registerLayer(operator_type, make_layer);
  }
}

void TransformLayer::forward(cv::InputArrayOfArrays inputs, cv::OutputArrayOfArrays outputs, cv::OutputArrayOfArrays) {
  std::vector<cv::Mat> from;
  std::vector<cv::Mat> to;
  inputs.getMatVector(from);
  outputs.getMatVector(to);
  from.front().copyTo(to.front());
  transform_.apply({to.front().ptr<float>(), to.front().total()});
}

}  // namespace millrace::capture
