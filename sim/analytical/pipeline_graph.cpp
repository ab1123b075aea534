#include "sim/analytical/pipeline_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/analytical/rounding.hpp"

namespace millrace::sim::analytical {
namespace {

constexpr std::int64_t kBranchMargin = 64;

/// A sum of terms along a path, and the product of words in / words out that scales the next one.
struct PathSum {
  double sum = 0.0;
  double scale = 1.0;
};

/// One stage more: what it holds up, and its cycles a word, each word of it standing for `scale` of the first stage's.
PathSum extended(PathSum path, const StageEstimate& stage, double held, double cycles) {
  const auto words_in = static_cast<double>(stage.words_in);
  path.scale *= words_in / static_cast<double>(stage.words_out);
  path.sum += held + cycles / words_in * path.scale;
  return path;
}

std::vector<std::size_t> longest_path(const PipelineGraph& graph) {
  const std::size_t count = graph.stages().size();
  std::vector<std::size_t> length(count, 1);
  std::vector<std::optional<std::size_t>> before(count);
  for (std::size_t stage = 0; stage < count; ++stage) {
    for (const std::size_t feeder : graph.feeding(stage)) {
      if (length[feeder] + 1 > length[stage]) {
        length[stage] = length[feeder] + 1;
        before[stage] = feeder;
      }
    }
  }
  std::vector<std::size_t> path;
  std::optional<std::size_t> at =
      static_cast<std::size_t>(std::max_element(length.begin(), length.end()) - length.begin());
  for (; at; at = before[*at]) {
    path.push_back(*at);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

/// The stage itself and all that its words have come through.
std::vector<bool> upstream(const PipelineGraph& graph, std::size_t stage) {
  std::vector<bool> reached(stage + 1, false);
  reached[stage] = true;
  for (std::size_t at = stage + 1; at-- > 0;) {
    if (reached[at]) {
      for (const std::size_t feeder : graph.feeding(at)) {
        reached[feeder] = true;
      }
    }
  }
  return reached;
}

/// The last stage that all inputs of the join have come through.
std::size_t split_of(const PipelineGraph& graph, std::size_t join) {
  std::vector<bool> common(join, true);
  for (const std::size_t feeder : graph.feeding(join)) {
    const std::vector<bool> reached = upstream(graph, feeder);
    for (std::size_t stage = 0; stage < join; ++stage) {
      common[stage] = common[stage] && stage < reached.size() && reached[stage];
    }
  }
  for (std::size_t stage = join; stage-- > 0;) {
    if (common[stage]) {
      return stage;
    }
  }
  throw std::invalid_argument(fmt::format("the inputs of '{}' have no stage in common", graph.stages()[join].name));
}

PathSum deeper(PathSum path, const StageEstimate& stage) {
  return extended(path, stage, static_cast<double>(stage.fill), static_cast<double>(stage.cycles));
}

/// Of the deepest path from the split to each stage up to the join; nothing where there is none.
std::vector<std::optional<PathSum>> depths_behind(const PipelineGraph& graph, std::size_t split, std::size_t join) {
  std::vector<std::optional<PathSum>> depths(join);
  depths[split] = deeper({}, graph.stages()[split].estimate);
  for (std::size_t stage = split + 1; stage < join; ++stage) {
    for (const std::size_t feeder : graph.feeding(stage)) {
      if (feeder < split || !depths[feeder]) {
        continue;
      }
      const PathSum path = deeper(*depths[feeder], graph.stages()[stage].estimate);
      if (!depths[stage] || path.sum > depths[stage]->sum) {
        depths[stage] = path;
      }
    }
  }
  return depths;
}

std::int64_t concat_margin(const Stage& join) {
  double channels = 0.0;
  for (const std::int64_t input : join.concat_channels) {
    channels += static_cast<double>(input) / join.estimate.rate_in;
  }
  return full_cycles(channels);
}

}  // namespace

PipelineGraph::PipelineGraph(std::vector<Stage> stages, std::vector<Link> links)
    : stages_(std::move(stages)), links_(std::move(links)), feeding_(stages_.size()) {
  if (stages_.empty()) {
    throw std::invalid_argument("a pipeline needs a stage");
  }
  for (const Stage& stage : stages_) {
    if (stage.estimate.words_in < 1 || stage.estimate.words_out < 1) {
      throw std::invalid_argument(fmt::format("no words flow through '{}'", stage.name));
    }
  }
  for (const Link& link : links_) {
    if (link.to >= stages_.size() || link.from >= link.to) {
      throw std::invalid_argument(fmt::format("a link from stage {} to stage {} of {}: it must lead to a later one",
                                              link.from, link.to, stages_.size()));
    }
    feeding_[link.to].push_back(link.from);
  }
}

std::int64_t interval(const PipelineGraph& graph) {
  std::int64_t slowest = 0;
  for (const Stage& stage : graph.stages()) {
    slowest = std::max(slowest, stage.estimate.cycles);
  }
  return slowest;
}

double pipeline_fill(const PipelineGraph& graph) {
  const auto pace = static_cast<double>(interval(graph));
  PathSum fill;
  for (const std::size_t stage : longest_path(graph)) {
    const StageEstimate& estimate = graph.stages()[stage].estimate;
    fill = extended(fill, estimate, static_cast<double>(estimate.fill) / estimate.rate_in, pace);
  }
  return fill.sum;
}

std::int64_t batch_cycles(const PipelineGraph& graph, const Batch& batch) {
  const std::int64_t pace = whole_cycles(static_cast<double>(interval(graph)) * batch.slow_down);
  const double once = static_cast<double>(pace * batch.images) + pipeline_fill(graph);
  return full_cycles(once * static_cast<double>(batch.weight_reloads)) +
         (batch.weight_reloads - 1) * batch.words_reloaded;
}

double batch_seconds(const std::vector<std::int64_t>& partition_cycles, double clock_mhz,
                     double reconfiguration_seconds) {
  double seconds = 0.0;
  for (const std::int64_t cycles : partition_cycles) {
    seconds += static_cast<double>(cycles) / (clock_mhz * 1e6) + reconfiguration_seconds;
  }
  return seconds;
}

std::vector<BranchFifo> branch_fifos(const PipelineGraph& graph) {
  std::vector<BranchFifo> fifos;
  for (std::size_t join = 0; join < graph.stages().size(); ++join) {
    if (graph.feeding(join).size() < 2) {
      continue;
    }
    const Stage& stage = graph.stages()[join];
    const std::vector<std::optional<PathSum>> depths = depths_behind(graph, split_of(graph, join), join);
    const auto depth = [&](std::size_t feeder) { return deeper(*depths[feeder], stage.estimate).sum; };
    double deepest = 0.0;
    for (const std::size_t feeder : graph.feeding(join)) {
      deepest = std::max(deepest, depth(feeder));
    }
    for (const std::size_t feeder : graph.feeding(join)) {
      fifos.push_back({{feeder, join}, whole_cycles(deepest - depth(feeder)) + kBranchMargin + concat_margin(stage)});
    }
  }
  return fifos;
}

}  // namespace millrace::sim::analytical
