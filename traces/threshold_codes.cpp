#include "traces/threshold_codes.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "traces/in_quotes.hpp"
#include "traces/trace_layout.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::traces {
namespace {

/// The largest magnitude of a code that is taken for zero; that of a zero where nothing is.
std::int64_t largest_zero(const std::map<std::size_t, std::int64_t>& thresholds, std::size_t index,
                          std::int64_t below_threshold) {
  const auto found = thresholds.find(index);
  return found == thresholds.end() ? 0 : found->second - below_threshold;
}

std::int64_t magnitude(std::uint8_t code, bool is_signed) {
  return is_signed ? std::abs(static_cast<std::int64_t>(static_cast<std::int8_t>(code))) : code;
}

/// 1 for what is not zero, 0 for what is or becomes one. `mask` and `codes` are of one image or filter.
std::vector<float> thresholded(std::span<const std::uint8_t> mask, const std::optional<CodeView>& codes,
                               std::int64_t item, std::int64_t channels, std::int64_t largest) {
  const std::size_t row_bytes = static_cast<std::size_t>(mask_bytes(channels));
  const std::size_t row_values = static_cast<std::size_t>(channels);
  std::vector<float> values(mask.size() / row_bytes * row_values);
  for (std::size_t index = 0; index < values.size(); ++index) {
    const std::size_t channel = index % row_values;
    const std::uint8_t bits = mask[index / row_values * row_bytes + channel / 8];
    const bool is_there = (bits >> (channel % 8) & 1U) != 0;
    const bool is_kept = largest <= 0 || magnitude(codes->item(item)[index], codes->is_signed()) > largest;
    values[index] = is_there && is_kept ? 1.0F : 0.0F;
  }
  return values;
}

[[noreturn]] void refuse(const Trace& trace, const std::string& what) {
  throw TraceError(
      fmt::format("{}: has no codes for {}, which thresholds apply to; capture a trace without --masks-only",
                  trace.file().string(), what));
}

}  // namespace

void check_has_codes(const Trace& trace, const CodeThresholds& thresholds) {
  for (const auto& [index, threshold] : thresholds.activations) {
    if (!trace.activation_codes(EdgeId{index})) {
      refuse(trace, "edge " + in_quotes(trace.network().edge(EdgeId{index}).name));
    }
  }
  for (const auto& [index, threshold] : thresholds.weights) {
    if (!trace.weight_codes(LayerId{index})) {
      refuse(trace, "the weights of layer " + in_quotes(trace.network().layer(LayerId{index}).name));
    }
  }
}

void write_thresholded(const Trace& trace, const CodeThresholds& thresholds, std::size_t images,
                       const std::filesystem::path& file) {
  check_has_codes(trace, thresholds);
  const Network& network = trace.network();
  TraceWriter writer(file, network, trace.provenance(),
                     {trace.images().begin(), trace.images().begin() + static_cast<std::ptrdiff_t>(images)},
                     std::nullopt);
  for (const LayerId layer : weighted_layers(network)) {
    const MaskView mask = trace.weight_mask(layer);
    const std::optional<CodeView> codes = trace.weight_codes(layer);
    const std::int64_t largest = largest_zero(thresholds.weights, layer.index, 1);
    std::vector<float> values;
    for (std::int64_t filter = 0; filter < mask.outer(); ++filter) {
      const std::vector<float> one =
          thresholded(mask.item(filter), codes, filter, network.weight_shape(network.layer(layer)).channels, largest);
      values.insert(values.end(), one.begin(), one.end());
    }
    writer.weights(layer, values);
  }
  for (const EdgeId edge : masked_edges(network)) {
    const MaskView mask = trace.activation_mask(edge);
    const std::optional<CodeView> codes = trace.activation_codes(edge);
    const std::int64_t largest = largest_zero(thresholds.activations, edge.index, 0);
    for (std::size_t image = 0; image < images; ++image) {
      const auto item = static_cast<std::int64_t>(image);
      writer.activations(edge, image,
                         thresholded(mask.item(item), codes, item, network.edge(edge).shape.channels, largest));
    }
  }
  writer.finish();
}

}  // namespace millrace::traces
