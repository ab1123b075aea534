// The stages of a pipeline and which feeds which, and what follows from their estimates: interval, fill, cycles of a
// batch, FIFO sizes of branches (fpgaConvNet).
//
//   interval       I = max over stages of L
//   fill           D = sum over the stages j of the longest path (most stages) of
//                      d_j / rate_in_j + I / words_in_j * product over k <= j of words_in_k / words_out_k
//   batch of B     floor((ceil(I * slow) * B + D) * r + (r - 1) * words reloaded)
//   branch FIFO    ceil(deepest branch - this branch) + 64, where a branch, its split and its join included, has depth
//                      sum of d_j + sum of L_j / words_in_j * product over k <= j of words_in_k / words_out_k
// Fills are divided by rates in D and not in the depth of a branch: so in the original.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/analytical/layer_estimate.hpp"

namespace millrace::sim::analytical {

struct Stage {
  std::string name;
  StageEstimate estimate;
  /// Of a concat: channels of each input a lane. Its FIFOs are deeper by all of them over the rate in, rounded down.
  std::vector<std::int64_t> concat_channels = {};
};

/// Places in PipelineGraph::stages().
struct Link {
  std::size_t from = 0;
  std::size_t to = 0;
  friend bool operator==(const Link&, const Link&) = default;
};

/// Acyclic; every link leads to a later stage.
class PipelineGraph {
 public:
  /// Throws std::invalid_argument: no stages, a link to a stage that is not there or not later, a stage without words.
  PipelineGraph(std::vector<Stage> stages, std::vector<Link> links);

  const std::vector<Stage>& stages() const { return stages_; }
  const std::vector<Link>& links() const { return links_; }
  /// Stages that feed this one, in the order of the links.
  const std::vector<std::size_t>& feeding(std::size_t stage) const { return feeding_.at(stage); }

 private:
  std::vector<Stage> stages_;
  std::vector<Link> links_;
  std::vector<std::vector<std::size_t>> feeding_;
};

/// I, in cycles.
std::int64_t interval(const PipelineGraph& graph);

/// D, in cycles. Of paths of equal length the first is taken.
double pipeline_fill(const PipelineGraph& graph);

/// How a batch is run.
struct Batch {
  std::int64_t images = 1;
  double slow_down = 1.0;           ///< of streams from off chip; 1: none
  std::int64_t weight_reloads = 1;  ///< r; 1: weights stay
  std::int64_t words_reloaded = 0;
};

/// Cycles of a batch on one partition.
std::int64_t batch_cycles(const PipelineGraph& graph, const Batch& batch);

/// Of partitions that follow each other on one device.
double batch_seconds(const std::vector<std::int64_t>& partition_cycles, double clock_mhz,
                     double reconfiguration_seconds);

struct BranchFifo {
  Link link;
  std::int64_t words = 0;
};

/// One for each input of each stage that joins two or more. Throws std::invalid_argument if nothing feeds all of them.
std::vector<BranchFifo> branch_fifos(const PipelineGraph& graph);

}  // namespace millrace::sim::analytical
