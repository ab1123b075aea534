#include "sim/plan/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/config/yaml_map.hpp"
#include "sim/plan/engine_registry.hpp"
#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"

namespace millrace::sim {
namespace {

class Planner {
 public:
  Planner(const Accelerator& accelerator, const traces::Network& network)
      : accelerator_(accelerator), network_(network), builder_(empty_plan(accelerator, network)) {}

  DraftPlan draft() {
    check_layer_names();
    feed(network_.input(), add_reader());
    for (std::size_t index = 0; index < network_.layers().size(); ++index) {
      place(traces::LayerId{index});
    }
    add_writer();
    DraftPlan draft{builder_.take(), builder_.joins(), {}, accelerator_.skip_depth};
    draft.open = set_depths(draft.plan, draft.joins);
    return draft;
  }

 private:
  static Plan empty_plan(const Accelerator& accelerator, const traces::Network& network) {
    Plan plan;
    plan.network = network.name();
    plan.clock_mhz = accelerator.clock_mhz;
    plan.data_bits = accelerator.data_bits;
    plan.memory = accelerator.memory;
    return plan;
  }

  void check_layer_names() const {
    std::vector<std::string> names;
    for (const traces::Layer& layer : network_.layers()) {
      names.push_back(layer.name);
    }
    for (const auto& [name, settings] : accelerator_.layers) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        const std::optional<std::string> close = traces::nearest(name, names);
        throw ConfigError(accelerator_.file.string(), settings.place,
                          fmt::format("network '{}' has no layer {}; {}", network_.name(), traces::in_quotes(name),
                                      close ? fmt::format("did you mean '{}'?", *close)
                                            : fmt::format("its layers begin with '{}'", names.front())));
      }
    }
    if (accelerator_.has_defaults) {
      return;
    }
    for (const traces::Layer& layer : network_.layers()) {
      if (traces::has_weights(layer) && !accelerator_.layers.contains(layer.name)) {
        throw ConfigError(accelerator_.file.string(), {},
                          fmt::format("layer '{}' has no entry under 'layers', and there are no 'defaults'; add one "
                                      "of the two",
                                      layer.name));
      }
    }
  }

  std::int64_t reader_lanes() const {
    const LayerContext first(accelerator_, network_, network_.consumers(network_.input()).front());
    return engine_for(first).wanted_lanes(first).value_or(1);
  }

  DmaParameters dma(const OpenEnd& end) const {
    const std::int64_t word_bytes = (end.lanes * accelerator_.data_bits + 7) / 8;
    return {end.words(), end.lanes, word_bytes, accelerator_.memory.burst_bytes, accelerator_.memory.outstanding, 0};
  }

  OpenEnd add_reader() {
    const traces::MapShape& shape = network_.edge(network_.input()).shape;
    OpenEnd end;
    end.channels = shape.channels;
    end.pixels = shape.height * shape.width;
    // A fully connected first layer may want lanes across pixels; the map is read in lanes of its own channels then.
    end.lanes = std::gcd(reader_lanes(), shape.channels);
    return builder_.add("dma_reader", Reader{dma(end)}, std::nullopt, {}, end);
  }

  void add_writer() {
    const OpenEnd end = take(network_.output());
    // Results go above all images that could be read: one region of the address space each.
    DmaParameters parameters = dma(end);
    parameters.address = std::uint64_t{1} << 40U;
    builder_.add("dma_writer", Writer{parameters}, std::nullopt, {{end, Depth{accelerator_.depth}}}, {});
  }

  /// Makes an edge's words available to its readers.
  void feed(traces::EdgeId edge, OpenEnd end) {
    const std::size_t readers = network_.consumers(edge).size() + (edge == network_.output() ? 1 : 0);
    std::vector<OpenEnd>& ends = ends_[edge.index];
    if (readers > 1) {
      OpenEnd copy = end;
      copy.latency = Cycles{1};
      end = builder_.add(network_.edge(edge).name + ".fork", ForkParameters{end.words()}, std::nullopt,
                         {{end, Depth{accelerator_.depth}}}, copy);
    }
    ends.assign(readers, end);
  }

  OpenEnd take(traces::EdgeId edge) {
    std::vector<OpenEnd>& ends = ends_.at(edge.index);
    const OpenEnd end = ends.back();
    ends.pop_back();
    return end;
  }

  void place(traces::LayerId id) {
    const LayerContext layer(accelerator_, network_, id);
    std::vector<OpenEnd> inputs;
    for (const traces::EdgeId edge : layer.layer().inputs) {
      inputs.push_back(take(edge));
    }
    feed(layer.layer().output, engine_for(layer).place(builder_, layer, inputs));
  }

  /// Sets what the file says of streams; returns the joins of which it says nothing.
  std::vector<StreamId> set_depths(Plan& plan, std::vector<StreamId> open) const {
    std::vector<std::string> names;
    for (const PlannedStream& stream : plan.streams) {
      names.push_back(stream.name);
    }
    for (const auto& [name, depth] : accelerator_.streams) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        const std::optional<std::string> close = traces::nearest(name, names);
        throw ConfigError(accelerator_.file.string(), depth.place,
                          fmt::format("there is no stream {}; {}'millrace plan' lists them", traces::in_quotes(name),
                                      close ? fmt::format("did you mean '{}'? ", *close) : ""));
      }
      const StreamId id{static_cast<std::size_t>(found - names.begin())};
      plan.streams[id.index].depth = Depth{depth.value};
      std::erase(open, id);
    }
    check_size(plan);
    return open;
  }

  /// A simulation keeps an edge a word that a stream can hold, and takes time by the word that flows.
  void check_size(const Plan& plan) const {
    constexpr std::int64_t kMostHeld = 1 << 24;
    constexpr std::int64_t kMostAnImage = 1 << 25;
    std::int64_t held = 0;
    for (const PlannedStream& stream : plan.streams) {
      held += stream.depth.words;
    }
    if (held > kMostHeld) {
      throw ConfigError(accelerator_.file.string(), {},
                        fmt::format("the {} streams hold {} words in all, legal are {}; lower 'depth', 'queue' or "
                                    "the depths under 'streams'",
                                    plan.streams.size(), held, kMostHeld));
    }
    if (plan.words_per_image() > kMostAnImage) {
      throw ConfigError(accelerator_.file.string(), {},
                        fmt::format("{} words flow for one image of network '{}', legal are {}; widen the lanes "
                                    "(coarse_in, coarse_out, group_channels, lanes)",
                                    plan.words_per_image(), plan.network, kMostAnImage));
    }
  }

  const Accelerator& accelerator_;
  const traces::Network& network_;
  PlanBuilder builder_;
  std::map<std::size_t, std::vector<OpenEnd>> ends_;
};

}  // namespace

DraftPlan draft_plan(const Accelerator& accelerator, const traces::Network& network) {
  return Planner(accelerator, network).draft();
}

}  // namespace millrace::sim
