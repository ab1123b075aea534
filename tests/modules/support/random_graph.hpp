// Small random graphs of every kind of module: a chain with shortcuts between two DMA engines, or a source and a sink.
#pragma once

#include "modules/memory/memory_array.hpp"
#include "tests/modules/support/graph.hpp"

namespace millrace {

struct RandomGraph {
  Graph<Timing> graph;
  MemoryParameters memory;
};

/// The same from the same seed. Most of them finish; a shortcut that is too short deadlocks a few.
RandomGraph random_graph(std::uint64_t seed);

}  // namespace millrace
