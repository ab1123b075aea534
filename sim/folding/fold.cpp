#include "sim/folding/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "sim/folding/engine_cost.hpp"
#include "sim/folding/match_lanes.hpp"
#include "sim/folding/row_buffers.hpp"
#include "sim/plan/planner.hpp"
#include "sim/resources/block_ram.hpp"
#include "sim/structure/join_depths.hpp"

namespace millrace::sim {
namespace {

constexpr std::int64_t kWidestGroup = 32;
/// Of a stream: bursts of pixels then seldom stop an engine, and up to 32 words need no block RAM.
constexpr std::int64_t kDepth = 24;

/// A layer with an engine of its own, and all that it could be.
struct Engine {
  traces::LayerId layer;
  std::vector<Parallelism> parallelism;
  Choices costs;  ///< one each
};

Ends ends_of(const Parallelism& parallelism) {
  if (const auto* folding = std::get_if<Folding>(&parallelism)) {
    return {folding->lanes_in(), folding->lanes_out()};
  }
  const std::int64_t lanes = std::get<Lanes>(parallelism).count;
  return {lanes, lanes};
}

Accelerator empty_accelerator(const FoldRequest& request) {
  Accelerator accelerator;
  accelerator.file = request.out;
  accelerator.clock_mhz = request.clock_mhz;
  accelerator.trace = request.trace;
  accelerator.has_defaults = true;
  accelerator.depth = kDepth;
  accelerator.defaults.unit = Setting<UnitKind>{request.unit, {}};
  return accelerator;
}

std::vector<Engine> engines_of(const Accelerator& accelerator, const traces::Trace& trace, UnitKind unit) {
  std::vector<Engine> engines;
  for (std::size_t index = 0; index < trace.network().layers().size(); ++index) {
    const LayerContext layer(accelerator, trace.network(), traces::LayerId{index});
    Engine engine{layer.id(), engine_for(layer).legal(layer, kWidestGroup), {}};
    EngineCost cost(trace, layer, unit);
    for (const Parallelism& parallelism : engine.parallelism) {
      engine.costs.push_back(cost.of(parallelism));
    }
    if (!engine.costs.empty()) {
      engines.push_back(std::move(engine));
    }
  }
  return engines;
}

std::vector<Choices> costs_of(const std::vector<Engine>& engines) {
  std::vector<Choices> costs;
  for (const Engine& engine : engines) {
    costs.push_back(engine.costs);
  }
  return costs;
}

/// Which engine reads which; layers that have none hand on what they read.
std::vector<Neighbours> neighbours_of(const std::vector<Engine>& engines, const traces::Network& network) {
  std::map<std::size_t, std::size_t> engine_of;
  for (std::size_t index = 0; index < engines.size(); ++index) {
    engine_of[engines[index].layer.index] = index;
  }
  std::map<std::size_t, std::size_t> makers;  // of edges
  std::vector<Neighbours> neighbours;
  for (std::size_t index = 0; index < network.layers().size(); ++index) {
    const traces::Layer& layer = network.layers()[index];
    const auto engine = engine_of.find(index);
    if (engine == engine_of.end()) {
      const auto maker = makers.find(layer.inputs.front().index);
      if (maker != makers.end()) {
        makers[layer.output.index] = maker->second;
      }
      continue;
    }
    for (const traces::EdgeId input : layer.inputs) {
      const auto maker = makers.find(input.index);
      if (maker != makers.end()) {
        neighbours.push_back({maker->second, engine->second});
      }
    }
    makers[layer.output.index] = engine->second;
  }
  return neighbours;
}

/// Units that share a sum wait for each other pixel by pixel; units that work different filters of one window hardly
/// do.
void keep_fewest_lane_units(const Engine& engine, std::vector<std::size_t>& indices) {
  const auto coarse_in = [&](std::size_t index) { return std::get<Folding>(engine.parallelism[index]).coarse_in; };
  std::int64_t fewest = coarse_in(indices.front());
  for (const std::size_t index : indices) {
    fewest = std::min(fewest, coarse_in(index));
  }
  std::erase_if(indices, [&](std::size_t index) { return coarse_in(index) > fewest; });
}

/// What an engine may be without costing anything, preferred first: units that are fast, wires that are few.
std::vector<std::size_t> alternatives(const Engine& engine, const Cost& chosen, double interval) {
  std::vector<std::size_t> indices;
  for (std::size_t index = 0; index < engine.costs.size(); ++index) {
    const Cost& cost = engine.costs[index];
    if (cost.cycles <= interval && cost.dsps <= chosen.dsps && cost.block_rams <= chosen.block_rams) {
      indices.push_back(index);
    }
  }
  if (std::holds_alternative<Folding>(engine.parallelism.front())) {
    keep_fewest_lane_units(engine, indices);
    std::stable_sort(indices.begin(), indices.end(), [&](std::size_t one, std::size_t other) {
      return engine.costs[one].cycles < engine.costs[other].cycles;
    });
  }
  return indices;
}

std::vector<std::size_t> with_matched_lanes(const std::vector<Engine>& engines, const Allocation& allocation,
                                            const traces::Network& network) {
  const double interval = engines[allocation.slowest].costs[allocation.chosen[allocation.slowest]].cycles;
  std::vector<std::vector<std::size_t>> indices;
  std::vector<std::vector<Ends>> ends;
  for (std::size_t engine = 0; engine < engines.size(); ++engine) {
    const Cost& chosen = engines[engine].costs[allocation.chosen[engine]];
    indices.push_back(alternatives(engines[engine], chosen, interval));
    std::vector<Ends>& own = ends.emplace_back();
    for (const std::size_t index : indices.back()) {
      own.push_back(ends_of(engines[engine].parallelism[index]));
    }
  }
  const std::vector<std::size_t> matched = match_lanes(ends, neighbours_of(engines, network));
  std::vector<std::size_t> chosen;
  for (std::size_t engine = 0; engine < engines.size(); ++engine) {
    chosen.push_back(indices[engine][matched[engine]]);
  }
  return chosen;
}

LayerSettings settings_of(const Parallelism& parallelism) {
  const auto set = [](std::int64_t value) { return Setting<std::int64_t>{value, {}}; };
  LayerSettings settings;
  if (const auto* lanes = std::get_if<Lanes>(&parallelism)) {
    settings.lanes = set(lanes->count);
    return settings;
  }
  const Folding& folding = std::get<Folding>(parallelism);
  settings.coarse_in = set(folding.coarse_in);
  settings.coarse_out = set(folding.coarse_out);
  if (folding.coarse_group > 1) {
    settings.coarse_group = set(folding.coarse_group);
  }
  settings.group_channels = set(folding.group_channels);
  settings.macs = set(folding.macs);
  return settings;
}

}  // namespace

std::int64_t macs_of(const Parallelism& parallelism) {
  const auto* folding = std::get_if<Folding>(&parallelism);
  return folding == nullptr ? 0 : folding->macs * folding->units();
}

std::int64_t Fold::macs() const {
  return std::accumulate(engines.begin(), engines.end(), std::int64_t{0},
                         [](std::int64_t sum, const FoldedEngine& one) { return sum + macs_of(one.parallelism); });
}

std::int64_t Fold::dsps() const {
  return std::accumulate(engines.begin(), engines.end(), std::int64_t{0},
                         [](std::int64_t sum, const FoldedEngine& one) { return sum + one.cost.dsps; });
}

std::int64_t Fold::engine_block_rams() const {
  return std::accumulate(engines.begin(), engines.end(), std::int64_t{0},
                         [](std::int64_t sum, const FoldedEngine& one) { return sum + one.cost.block_rams; });
}

std::int64_t Fold::stream_block_rams() const {
  return std::accumulate(plan.streams.begin(), plan.streams.end(), std::int64_t{0},
                         [](std::int64_t sum, const PlannedStream& stream) {
                           return sum + fifo_block_rams({stream.depth.words, stream.word_bits});
                         });
}

Fold fold(const traces::Trace& trace, const FoldRequest& request) {
  const traces::Network& network = trace.network();
  Fold result;
  result.accelerator = empty_accelerator(request);
  const std::vector<Engine> engines = engines_of(result.accelerator, trace, request.unit);
  const std::vector<Choices> costs = costs_of(engines);
  const std::int64_t least = least_dsps(costs);
  if (least > request.budget.dsps) {
    throw BudgetError(fmt::format("{} DSPs are too few for the {} engines of network '{}': they take at least {}",
                                  request.budget.dsps, engines.size(), network.name(), least));
  }
  const Allocation allocation = widen_slowest(costs, request.budget);
  const std::vector<std::size_t> chosen = with_matched_lanes(engines, allocation, network);
  for (std::size_t index = 0; index < engines.size(); ++index) {
    const Engine& engine = engines[index];
    const std::string& name = network.layer(engine.layer).name;
    result.engines.push_back({name, engine.parallelism[chosen[index]], engine.costs[chosen[index]]});
    result.accelerator.layers[name] = settings_of(engine.parallelism[chosen[index]]);
  }
  result.interval = costs[allocation.slowest][allocation.chosen[allocation.slowest]].cycles;
  result.slowest = result.engines[allocation.slowest].layer;
  result.limit = allocation.limit;
  add_row_buffers(result.accelerator, draft_plan(result.accelerator, network).plan, network);
  result.plan = complete(draft_plan(result.accelerator, network));
  return result;
}

}  // namespace millrace::sim
