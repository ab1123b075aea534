// What `millrace inspect` tells of a trace, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/statistics/window_histogram.hpp"
#include "sim/statistics/zero_statistics.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Statistics of one layer; nothing where it has no weights or the file no masks.
struct LayerInspection {
  traces::LayerId layer;
  std::optional<ActivationZeros> activations;  ///< of the layer's input
  std::optional<WeightZeros> weights;
  std::optional<WindowHistogram> histogram;  ///< if asked for, and the kernel is square
};

struct InspectionTotals {
  std::int64_t dense_macs = 0;  ///< of one image
  std::int64_t weights = 0;
  /// Mean of the layers, weighted by their MACs; only of a file with masks and a network with MACs.
  std::optional<double> activation_zeros;
  std::optional<double> weight_zeros;
  std::uint64_t activation_mask_bytes = 0;  ///< of the edges that layers with weights read
  std::uint64_t weight_mask_bytes = 0;
  std::uint64_t file_bytes = 0;
};

/// Images whose top-1 class is known, and how many of them are right.
struct Accuracy {
  std::int64_t labelled = 0;
  std::int64_t right = 0;
};

enum class Detail { kZeros, kZerosAndHistograms };

struct Inspection {
  std::vector<LayerInspection> layers;  ///< in network order
  InspectionTotals totals;
  Accuracy accuracy;
};

Inspection inspect(const traces::Trace& trace, Detail detail);

}  // namespace millrace::sim
