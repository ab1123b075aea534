// One engine between a source and a sink, computed from the contracts of modules/README.md by plain loops over full
// lists of edges. Shares no code with the modules.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "modules/engine/dot_array.hpp"
#include "modules/engine/sliding_window.hpp"
#include "tests/modules/support/edge_log.hpp"
#include "tests/modules/support/graph.hpp"

namespace millrace {

/// Source -> [SlidingWindow ->] DotArray -> sink.
struct EngineCase {
  std::int64_t images = 1;
  std::optional<SlidingWindowParameters> walker;
  DotArrayParameters dot;
  PlannedStream input{Depth{2}, Cycles{1}};  ///< into the SlidingWindow
  PlannedStream queue{Depth{2}, Cycles{1}};  ///< into the DotArray
  PlannedStream output{Depth{2}, Cycles{1}};
  std::vector<UnitWork> work;
  ServiceTimes source;
  ServiceTimes sink;

  std::size_t windows() const {
    return static_cast<std::size_t>(images * dot.accumulations * dot.windows_per_accumulation);
  }
  std::size_t outputs() const {
    return static_cast<std::size_t>(images * dot.accumulations * dot.words_per_accumulation);
  }
};

struct EngineEdges {
  StreamEdges input;  ///< empty without a SlidingWindow
  StreamEdges queue;
  StreamEdges output;
  std::vector<Edges> unit_pops;   ///< window by window, unit by unit
  std::vector<Edges> unit_ends;   ///< end_u(p): accumulation by accumulation, unit by unit
  std::vector<Edges> unit_hands;  ///< h_u(p)
};

/// What the walker does at each position and beat of one image.
struct WalkStep {
  bool pops = false;
  bool pushes = false;
};
std::vector<WalkStep> walk_of(const SlidingWindowParameters& walker);

EngineEdges recurrence(const EngineCase& engine);

/// The same engine from the modules; streams are input, queue, output, or queue and output alone.
Graph<Timing> graph_of(const EngineCase& engine);

}  // namespace millrace
