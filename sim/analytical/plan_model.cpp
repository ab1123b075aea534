#include "sim/analytical/plan_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <variant>

#include "sim/analytical/lane_order.hpp"

namespace millrace::sim::analytical {
namespace {

void check_blocks(const DotEngine& engine, const EngineStatistics& statistics) {
  const std::int64_t blocks = engine.channels / engine.folding.group_channels;
  if (static_cast<std::int64_t>(statistics.blocks.size()) != blocks) {
    throw std::invalid_argument(
        fmt::format("{} histograms for {} blocks of channels", statistics.blocks.size(), blocks));
  }
}

EmptyGroups empty_groups(const DotEngine& engine) {
  return engine.skip_empty_groups ? EmptyGroups::kFree : EmptyGroups::kOneCycle;
}

class GraphMaker {
 public:
  GraphMaker(const Plan& plan, const LayerModel& model, const EngineEstimate& estimate)
      : plan_(plan), model_(model), estimate_(estimate), places_(plan.modules.size()) {}

  PipelineGraph make() {
    for (std::size_t index = 0; index < plan_.modules.size(); ++index) {
      const PlannedModule& module = plan_.modules[index];
      if (!feeds_units(module) && !is_dma(module)) {
        places_[index] = stages_.size();
        stages_.push_back({module.name, estimate_of(module)});
      }
    }
    for (const PlannedStream& stream : plan_.streams) {
      link(stream);
    }
    return {std::move(stages_), std::move(links_)};
  }

 private:
  /// A sliding window whose engine stands for both.
  bool feeds_units(const PlannedModule& module) const {
    return std::holds_alternative<SlidingWindowParameters>(module.parameters) &&
           std::holds_alternative<DotEngine>(behind(module).parameters);
  }

  static bool is_dma(const PlannedModule& module) {
    return std::holds_alternative<Reader>(module.parameters) || std::holds_alternative<Writer>(module.parameters);
  }

  const PlannedModule& behind(const PlannedModule& module) const {
    return plan_.module(plan_.stream(module.outputs.front()).to);
  }

  std::int64_t most_words(const std::vector<StreamId>& streams) const {
    std::int64_t words = 0;
    for (const StreamId id : streams) {
      words = std::max(words, plan_.stream(id).words);
    }
    return words;
  }

  StageEstimate estimate_of(const PlannedModule& module) const {
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      return estimate_(*engine).stage;
    }
    const std::int64_t words_in = most_words(module.inputs);
    const std::int64_t words_out = most_words(module.outputs);
    if (const auto* window = std::get_if<SlidingWindowParameters>(&module.parameters)) {
      return walk(*window, words_in, words_out);
    }
    if (std::holds_alternative<RebundleParameters>(module.parameters)) {
      return model_.rebundle(words_in, words_out);
    }
    if (std::holds_alternative<GlobalPoolParameters>(module.parameters)) {
      return model_.global_pool(words_in, words_out);
    }
    return word_a_cycle(words_in, words_out);
  }

  static StageEstimate walk(const SlidingWindowParameters& window, std::int64_t words_in, std::int64_t words_out) {
    const WindowShape& shape = window.shape;
    const std::int64_t cycles = shape.padded_height() * shape.padded_width() * window.beats;
    const auto rate = [&](std::int64_t words) { return static_cast<double>(words) / static_cast<double>(cycles); };
    const std::int64_t fill = (shape.kernel - 1) * (shape.padded_width() + 1) * window.beats;
    return {cycles, rate(words_in), rate(words_out), words_in, words_out, fill};
  }

  void link(const PlannedStream& stream) {
    const std::optional<std::size_t> from = places_[stream.from.index];
    const PlannedModule& reader = plan_.module(stream.to);
    const ModuleId to = feeds_units(reader) ? plan_.stream(reader.outputs.front()).to : stream.to;
    if (from && places_[to.index]) {
      links_.push_back({*from, *places_[to.index]});
    }
  }

  const Plan& plan_;
  const LayerModel& model_;
  const EngineEstimate& estimate_;
  std::vector<std::optional<std::size_t>> places_;  ///< of modules among the stages
  std::vector<Stage> stages_;
  std::vector<Link> links_;
};

}  // namespace

LayerEstimate histogram_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics) {
  if (engine.unit == UnitKind::kDense) {
    return model.dense(engine);
  }
  check_blocks(engine, statistics);
  const std::int64_t lanes = engine.folding.coarse_in * engine.folding.coarse_group;
  const LaneOrder order = natural_order(static_cast<std::int64_t>(statistics.blocks.size()));
  return model.sparse(engine, {lane_histograms(statistics.blocks, order, lanes), empty_groups(engine)});
}

LayerEstimate even_lanes_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics) {
  if (engine.unit == UnitKind::kDense) {
    return model.dense(engine);
  }
  check_blocks(engine, statistics);
  const auto lanes = static_cast<std::size_t>(engine.folding.coarse_in * engine.folding.coarse_group);
  const std::vector<ZeroHistogram> all(lanes, ZeroHistogram::mean_of(statistics.blocks));
  return model.sparse(engine, {all, empty_groups(engine)});
}

LayerEstimate mean_form(const LayerModel& model, const DotEngine& engine, const EngineStatistics& statistics) {
  if (engine.unit == UnitKind::kDense) {
    return model.dense(engine);
  }
  check_blocks(engine, statistics);
  return model.mean_form(engine, ZeroHistogram::mean_of(statistics.blocks).mean_zero_fraction());
}

PipelineGraph pipeline_graph(const Plan& plan, const LayerModel& model, const EngineEstimate& estimate) {
  return GraphMaker(plan, model, estimate).make();
}

}  // namespace millrace::sim::analytical
