// The published equations with their quirks mended (the list is in published_model.hpp; docs/analytical-model.md says
// what each is worth). One formula for every kind of layer, K x K, depthwise, 1 x 1 and fully connected alike:
//
//   L = ceil( max( Wl * max over lanes of E[T] , Hp*Wp*Cs , Ho*Wo*F / lanes out ) )
//
// with E[T] from the histogram of the M pairs of a group, M = K*K*group_channels; dense units take ceil(M/N).
// Rates are words over the same (unrounded) cycles, so they always exist, and agree with L.
#pragma once

#include "sim/analytical/layer_model.hpp"

namespace millrace::sim::analytical {

class MendedModel final : public LayerModel {
 public:
  LayerEstimate dense(const FoldedLayer& layer) const override;
  LayerEstimate sparse(const FoldedLayer& layer, const SparseLanes& lanes) const override;
  LayerEstimate mean_form(const FoldedLayer& layer, double sparsity) const override;
  StageEstimate rebundle(std::int64_t words_in, std::int64_t words_out) const override;
  StageEstimate global_pool(std::int64_t words_in, std::int64_t words_out) const override;
};

}  // namespace millrace::sim::analytical
