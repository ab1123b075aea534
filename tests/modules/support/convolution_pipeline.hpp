// A convolution layer as a part of a graph, and as a whole pipeline between two DMA engines.
#pragma once

#include "modules/memory/memory_array.hpp"
#include "tests/modules/support/convolution_function.hpp"
#include "tests/modules/support/graph.hpp"

namespace millrace {

/// Adds [Rebundle ->] [SlidingWindow ->] DotArray [-> Rebundle] behind stream `in`, whose words have `lanes_in`
/// channels; returns the stream behind it, of words of `lanes_out`. The work of its units is random.
std::size_t add_convolution(Graph<Values>& graph, std::size_t in, std::int64_t lanes_in, std::int64_t lanes_out,
                            const Convolution& layer, const Folding& folding, Images images, oracle::Random& random);

/// Words of `lanes` channels of a map with so many values in all.
DmaParameters dma_of(std::int64_t values, std::int64_t lanes, std::uint64_t address);

/// Copies maps into a memory, one behind the other, and out of it.
void store_maps(MemoryArray& memory, std::uint64_t address, const std::vector<Map>& maps);
std::vector<Map> load_maps(const MemoryArray& memory, std::uint64_t address, std::size_t count, std::size_t size);

}  // namespace millrace
