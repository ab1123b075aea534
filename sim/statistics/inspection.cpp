#include "sim/statistics/inspection.hpp"

#include "traces/trace_layout.hpp"

namespace millrace::sim {
namespace {

Accuracy accuracy_of(const traces::Trace& trace) {
  Accuracy accuracy;
  for (const traces::ImageInfo& image : trace.images()) {
    if (image.label && image.top1) {
      ++accuracy.labelled;
      accuracy.right += *image.label == *image.top1 ? 1 : 0;
    }
  }
  return accuracy;
}

InspectionTotals totals_of(const traces::Trace& trace, const std::vector<LayerInspection>& layers) {
  const traces::Network& network = trace.network();
  InspectionTotals totals;
  double activations = 0.0;
  double weights = 0.0;
  for (const LayerInspection& inspected : layers) {
    const traces::Layer& layer = network.layer(inspected.layer);
    const std::int64_t macs = has_weights(layer) ? network.dense_macs(layer) : 0;
    totals.dense_macs += macs;
    totals.weights += network.weight_shape(layer).elements();
    if (inspected.activations && inspected.weights) {
      activations += static_cast<double>(macs) * inspected.activations->mean;
      weights += static_cast<double>(macs) * inspected.weights->mean;
      totals.weight_mask_bytes += trace.weight_mask(inspected.layer).size();
    }
  }
  if (trace.has_masks() && totals.dense_macs > 0) {
    totals.activation_zeros = activations / static_cast<double>(totals.dense_macs);
    totals.weight_zeros = weights / static_cast<double>(totals.dense_macs);
    for (const traces::EdgeId edge : traces::masked_edges(network)) {
      totals.activation_mask_bytes += trace.activation_mask(edge).size();
    }
  }
  totals.file_bytes = trace.size();
  return totals;
}

}  // namespace

Inspection inspect(const traces::Trace& trace, Detail detail) {
  Inspection result;
  for (std::size_t index = 0; index < trace.network().layers().size(); ++index) {
    const traces::Layer& layer = trace.network().layers()[index];
    LayerInspection inspected{{index}, std::nullopt, std::nullopt, std::nullopt};
    if (trace.has_masks() && has_weights(layer)) {
      inspected.activations = activation_zeros(trace, layer.inputs.front());
      inspected.weights = weight_zeros(trace, {index});
      if (detail == Detail::kZerosAndHistograms) {
        inspected.histogram = WindowHistogram::count(trace, {index});
      }
    }
    result.layers.push_back(std::move(inspected));
  }
  result.totals = totals_of(trace, result.layers);
  result.accuracy = accuracy_of(trace);
  return result;
}

}  // namespace millrace::sim
