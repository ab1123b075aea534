#include "sim/output/inspection_json.hpp"

#include "sim/version.hpp"

namespace millrace::sim {
namespace {

Json shape_json(const traces::MapShape& shape) {
  return {shape.height, shape.width, shape.channels};
}

Json pads_json(const traces::Pads& pads) {
  return {pads.top, pads.left, pads.bottom, pads.right};
}

/// Adds what only some operators have.
struct OperatorJson {
  Json& layer;

  void operator()(const traces::Convolution& conv) const {
    layer["kernel"] = {conv.kernel_height, conv.kernel_width};
    layer["stride"] = conv.stride;
    layer["groups"] = conv.groups;
    layer["pads"] = pads_json(conv.pads);
  }
  void operator()(const traces::MaxPool& pool) const { window(pool.window); }
  void operator()(const traces::AveragePool& pool) const { window(pool.window); }
  void operator()(const traces::Subsample& subsample) const { layer["stride"] = subsample.stride; }
  template <typename Plain>
  void operator()(const Plain&) const {}

 private:
  void window(const traces::PoolWindow& pool) const {
    layer["kernel"] = {pool.kernel, pool.kernel};
    layer["stride"] = pool.stride;
    layer["pads"] = pads_json(pool.pads);
  }
};

Json histogram_json(const WindowHistogram& histogram) {
  Json activations = Json::array();
  Json products = Json::array();
  for (std::int64_t channel = 0; channel < histogram.channels(); ++channel) {
    Json activation_bins = Json::array();
    Json product_bins = Json::array();
    for (std::int64_t zeros = 0; zeros <= histogram.window_size(); ++zeros) {
      activation_bins.push_back(histogram.activations(channel, zeros));
      product_bins.push_back(histogram.products(channel, zeros));
    }
    activations.push_back(std::move(activation_bins));
    products.push_back(std::move(product_bins));
  }
  return {{"window_size", histogram.window_size()},
          {"activations", std::move(activations)},
          {"products", std::move(products)}};
}

Json layer_json(const traces::Network& network, const LayerInspection& inspected) {
  const traces::Layer& layer = network.layer(inspected.layer);
  Json inputs = Json::array();
  for (const traces::EdgeId edge : layer.inputs) {
    inputs.push_back({{"edge", network.edge(edge).name}, {"shape", shape_json(network.edge(edge).shape)}});
  }
  Json json = {
      {"name", layer.name},
      {"operator", traces::operator_name(layer.op)},
      {"inputs", std::move(inputs)},
      {"output", {{"edge", network.edge(layer.output).name}, {"shape", shape_json(network.edge(layer.output).shape)}}},
      {"pointwise", layer.pointwise}};
  std::visit(OperatorJson{json}, layer.op);
  if (has_weights(layer)) {
    json["macs"] = network.dense_macs(layer);
    json["weights"] = network.weight_shape(layer).elements();
  }
  if (inspected.activations && inspected.weights) {
    const ActivationZeros& zeros = *inspected.activations;
    json["activation_zeros"] = {{"mean", zeros.mean},
                                {"least", zeros.least},
                                {"most", zeros.most},
                                {"channel_deviation", zeros.channel_deviation},
                                {"busiest_channel", zeros.busiest_channel}};
    json["weight_zeros"] = {{"mean", inspected.weights->mean},
                            {"filter_deviation", inspected.weights->filter_deviation}};
  }
  if (inspected.histogram) {
    json["histogram"] = histogram_json(*inspected.histogram);
  }
  return json;
}

Json provenance_json(const traces::Provenance& provenance) {
  Json json = Json::object();
  const auto add = [&json](const char* key, const std::string& text) {
    if (!text.empty()) {
      json[key] = text;
    }
  };
  add("model", provenance.model);
  add("preprocessing", provenance.preprocessing);
  if (provenance.pruned) {
    json["pruned"] = *provenance.pruned;
  }
  add("pruned_nm", provenance.pruned_nm);
  if (provenance.bits) {
    json["bits"] = *provenance.bits;
  }
  add("threshold_weights", provenance.threshold_weights);
  add("threshold_activations", provenance.threshold_activations);
  if (!provenance.left_out.empty()) {
    json["left_out"] = provenance.left_out;
  }
  add("synth", provenance.synth);
  add("weight_hash", provenance.weight_hash);
  add("capture_version", provenance.capture_version);
  return json;
}

}  // namespace

Json inspection_json(const traces::Trace& trace, const Inspection& inspection) {
  Json images = Json::array();
  for (const traces::ImageInfo& image : trace.images()) {
    Json json = {{"name", image.name}};
    if (image.label) {
      json["label"] = *image.label;
    }
    if (image.top1) {
      json["top1"] = *image.top1;
    }
    images.push_back(std::move(json));
  }
  Json layers = Json::array();
  for (const LayerInspection& layer : inspection.layers) {
    layers.push_back(layer_json(trace.network(), layer));
  }
  const InspectionTotals& totals = inspection.totals;
  Json totals_json = {{"layers", inspection.layers.size()},
                      {"macs", totals.dense_macs},
                      {"weights", totals.weights},
                      {"activation_mask_bytes", totals.activation_mask_bytes},
                      {"weight_mask_bytes", totals.weight_mask_bytes},
                      {"file_bytes", totals.file_bytes}};
  if (totals.activation_zeros && totals.weight_zeros) {
    totals_json["activation_zeros"] = *totals.activation_zeros;
    totals_json["weight_zeros"] = *totals.weight_zeros;
  }
  return {{"schema", "millrace-inspect-1"},
          {"version", kVersion},
          {"network", trace.network().name()},
          {"trace_hash", trace.hash()},
          {"provenance", provenance_json(trace.provenance())},
          {"totals", std::move(totals_json)},
          {"top1", {{"labelled", inspection.accuracy.labelled}, {"right", inspection.accuracy.right}}},
          {"images", std::move(images)},
          {"layers", std::move(layers)}};
}

}  // namespace millrace::sim
