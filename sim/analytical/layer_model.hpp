// The analytical model of a layer: cycles an image, rates, fill. Sources of the formulas: fpgaConvNet's performance
// model (AlexMontgomerie/fpgaconvnet-model, commit edfbeb6), PASS (arXiv 2307.07821) and HASS (arXiv 2406.03088).
//
// Two of them. MendedModel is the default; PublishedModel reproduces the published program to the cycle, quirks
// included. Both take the largest of three terms: the dot units, what the window can supply, what can be handed on:
//   L = max( Wl * max over lanes of E[T] , supply , Ho * Wo * F / lanes out ),  Wl = Ho * Wo * Cs * Fs
// They are models of averages: of the slowest lane's mean, not of the mean of the slowest lane. How queues, bursts and
// barriers make a pipeline slower than that is what the simulation is for.
#pragma once

#include <cstdint>

#include "sim/analytical/layer_estimate.hpp"
#include "sim/analytical/sparse_lanes.hpp"
#include "sim/plan/folded_layer.hpp"

namespace millrace::sim::analytical {

class LayerModel {
 public:
  virtual ~LayerModel() = default;

  /// Units that work every pair.
  virtual LayerEstimate dense(const FoldedLayer& layer) const = 0;
  /// Units that skip zeros, by their histograms. Throws std::invalid_argument if lanes or pairs are not those of the
  /// folding.
  virtual LayerEstimate sparse(const FoldedLayer& layer, const SparseLanes& lanes) const = 0;
  /// Units that skip zeros, by the mean sparsity of the layer (HASS): every group takes ceil((1 - S) * M / N).
  virtual LayerEstimate mean_form(const FoldedLayer& layer, double sparsity) const = 0;

  /// Between streams of different lanes.
  virtual StageEstimate rebundle(std::int64_t words_in, std::int64_t words_out) const = 0;
  virtual StageEstimate global_pool(std::int64_t words_in, std::int64_t words_out) const = 0;
};

/// A stage that takes a word and gives a word every cycle (ReLU, sum, fork), or takes or gives fewer.
StageEstimate word_a_cycle(std::int64_t words_in, std::int64_t words_out);

}  // namespace millrace::sim::analytical
