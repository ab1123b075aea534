// fpgaConvNet's model as published (commit edfbeb6, Chisel hardware), with its quirks. To be compared with what others
// computed; for predictions of an engine take MendedModel. What it does that the hardware does not, one by one:
//
//  1. Supply and hand-on terms of skipping layers square the number of rows: right for square maps only.
//  2. Their supply term counts real words (H*H*Cs); the padded map is walked, which takes Hp*Wp*Cs.
//  3. Skipping 1 x 1 layers ignore histogram and MACs: n lanes of a cluster share their n MACs perfectly, up to a
//     speed-up of n: E[T] = 1 - min(s, 1 - 1/n), s the mean sparsity of the cluster. Here the N MACs of a unit are the
//     cluster, and a group of M pairs takes M/N of that.
//  4. Dense layers: a pixel has floor(C*K*K / (N * coarse_in * coarse_group)) words of N pairs, though a unit needs
//     ceil(M/N) for each group; the two are equal where N divides M.
//  5. Dense and 1 x 1 skipping layers: rates do not know how long a group takes (R = 1).
//  6. All groups empty and skipped: no rate out; also none in some modules.
//  7. The vector dot's fill is 0 in skipping K x K layers; else floor(log2 N) + 1, where an adder tree has ceil(log2
//  N).
//  8. Fewest cycles count one for each group, though an empty one may cost none; most count one for each pair, whatever
//     N. Of 1 x 1 layers they can be above the mean.
//  9. The glue's own cycles are divided by coarse_group twice. They bound nothing.
// 10. Shift-scale's own cycles count pixels, not words. They bound nothing.
// 11. Modules' own cycles are rounded down (but for the glue's).
// 12. Rebundle ("squeeze"): rate 1 on both sides, though the narrow side is the slower one.
// 13. Global pool: cycles are those of its output.
#pragma once

#include "sim/analytical/layer_model.hpp"

namespace millrace::sim::analytical {

class PublishedModel final : public LayerModel {
 public:
  LayerEstimate dense(const FoldedLayer& layer) const override;
  LayerEstimate sparse(const FoldedLayer& layer, const SparseLanes& lanes) const override;
  LayerEstimate mean_form(const FoldedLayer& layer, double sparsity) const override;
  StageEstimate rebundle(std::int64_t words_in, std::int64_t words_out) const override;
  StageEstimate global_pool(std::int64_t words_in, std::int64_t words_out) const override;
};

}  // namespace millrace::sim::analytical
