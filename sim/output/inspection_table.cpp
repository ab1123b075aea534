#include "sim/output/inspection_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace millrace::sim {
namespace {

std::string shape_text(const traces::MapShape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

/// Kernel, stride and groups of a layer; "-" where it has none.
struct WindowText {
  std::string kernel = "-";
  std::string stride = "-";
  std::string groups = "-";
};

struct WindowTexts {
  WindowText operator()(const traces::Convolution& conv) const {
    return {fmt::format("{}x{}", conv.kernel_height, conv.kernel_width), std::to_string(conv.stride),
            std::to_string(conv.groups)};
  }
  WindowText operator()(const traces::MaxPool& pool) const { return window(pool.window); }
  WindowText operator()(const traces::AveragePool& pool) const { return window(pool.window); }
  WindowText operator()(const traces::Subsample& subsample) const {
    return {"-", std::to_string(subsample.stride), "-"};
  }
  template <typename Plain>
  WindowText operator()(const Plain&) const {
    return {};
  }

 private:
  static WindowText window(const traces::PoolWindow& pool) {
    return {fmt::format("{}x{}", pool.kernel, pool.kernel), std::to_string(pool.stride), "-"};
  }
};

std::string percent(double fraction) {
  return fmt::format("{:.1f}", 100.0 * fraction);
}

class InspectionTable {
 public:
  InspectionTable(const traces::Trace& trace, const Inspection& inspection)
      : trace_(trace), network_(trace.network()), inspection_(inspection) {
    for (const traces::Layer& layer : network_.layers()) {
      width_ = std::max(width_, layer.name.size());
    }
  }

  std::string print() {
    line("{:<{}}  {:<19}  {:>12}  {:>12}  {:>6} {:>6} {:>6}  {:>11}  {:>6} {:>6} {:>6} {:>6} {:>7}  {:>6}", "layer",
         width_, "operator", "input", "output", "kernel", "stride", "groups", "MACs/img", "zero%", "min%", "max%",
         "chan+-", "busiest", "wzero%");
    for (const LayerInspection& inspected : inspection_.layers) {
      layer(inspected);
    }
    histograms();
    totals();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void layer(const LayerInspection& inspected) {
    const traces::Layer& layer = network_.layer(inspected.layer);
    const WindowText window = std::visit(WindowTexts{}, layer.op);
    std::vector<std::string> zeros(6, "-");
    if (inspected.activations && inspected.weights) {
      const ActivationZeros& activations = *inspected.activations;
      zeros = {percent(activations.mean),
               percent(activations.least),
               percent(activations.most),
               percent(activations.channel_deviation),
               fmt::format("{:.2f}", activations.busiest_channel),
               percent(inspected.weights->mean)};
    }
    line("{:<{}}  {:<19}  {:>12}  {:>12}  {:>6} {:>6} {:>6}  {:>11}  {:>6} {:>6} {:>6} {:>6} {:>7}  {:>6}", layer.name,
         width_, traces::operator_name(layer.op), shape_text(network_.edge(layer.inputs.front()).shape),
         shape_text(network_.edge(layer.output).shape), window.kernel, window.stride, window.groups,
         has_weights(layer) ? std::to_string(network_.dense_macs(layer)) : "-", zeros[0], zeros[1], zeros[2], zeros[3],
         zeros[4], zeros[5]);
  }

  void histograms() {
    for (const LayerInspection& inspected : inspection_.layers) {
      if (inspected.histogram) {
        histogram(network_.layer(inspected.layer).name, *inspected.histogram);
      }
    }
  }

  void histogram(const std::string& name, const WindowHistogram& histogram) {
    line("");
    line("{}: windows of a channel by zeros in them, % (0 to {})", name, histogram.window_size());
    bins("activations", histogram.mean_activations());
    bins("products", histogram.mean_products());
  }

  void bins(const char* what, const std::vector<double>& fractions) {
    std::vector<std::string> texts;
    std::transform(fractions.begin(), fractions.end(), std::back_inserter(texts), percent);
    line("  {:<11}  {:>5}", what, fmt::join(texts, " "));
  }

  void totals() {
    const InspectionTotals& totals = inspection_.totals;
    const traces::Provenance& provenance = trace_.provenance();
    line("");
    line("network           {}: {} layers, {} MACs an image, {} weights", network_.name(), inspection_.layers.size(),
         totals.dense_macs, totals.weights);
    if (totals.activation_zeros && totals.weight_zeros) {
      line("zeros             {} % of activations, {} % of weights (mean of the layers, weighted by MACs)",
           percent(*totals.activation_zeros), percent(*totals.weight_zeros));
    }
    images();
    said("model", provenance.model);
    said("preprocessing", provenance.preprocessing);
    said("pruned", applied());
    said("bits", provenance.bits ? std::to_string(*provenance.bits) : "");
    said("weights below", provenance.threshold_weights);
    said("activations up to", provenance.threshold_activations);
    said("left out", fmt::format("{}", fmt::join(provenance.left_out, ", ")));
    said("synth", provenance.synth);
    said("weight hash", provenance.weight_hash);
    said("captured by", provenance.capture_version);
    line("size              {} bytes: {} of activation masks, {} of weight masks", totals.file_bytes,
         totals.activation_mask_bytes, totals.weight_mask_bytes);
  }

  void images() {
    if (!trace_.has_masks()) {
      line("images            none: a network without masks");
      return;
    }
    const Accuracy& accuracy = inspection_.accuracy;
    line("images            {}{}", trace_.images().size(),
         accuracy.labelled == 0
             ? ", top-1 unknown"
             : fmt::format(", top-1 right for {} of {} with a label", accuracy.right, accuracy.labelled));
  }

  std::string applied() const {
    const traces::Provenance& provenance = trace_.provenance();
    std::string text = provenance.pruned ? percent(*provenance.pruned) + " % of the weights of each layer" : "";
    if (!provenance.pruned_nm.empty()) {
      text += (text.empty() ? "" : ", ") + provenance.pruned_nm;
    }
    return text;
  }

  void said(const char* what, const std::string& text) {
    if (!text.empty()) {
      line("{:<17} {}", what, text);
    }
  }

  const traces::Trace& trace_;
  const traces::Network& network_;
  const Inspection& inspection_;
  std::size_t width_ = 5;
  std::string text_;
};

}  // namespace

std::string inspection_table(const traces::Trace& trace, const Inspection& inspection) {
  return InspectionTable(trace, inspection).print();
}

}  // namespace millrace::sim
