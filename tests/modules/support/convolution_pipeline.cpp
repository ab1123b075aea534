#include "tests/modules/support/convolution_pipeline.hpp"

#include <algorithm>

#include "modules/engine/sliding_window.hpp"
#include "modules/route/rebundle.hpp"

namespace millrace {
namespace {

std::size_t add_rebundle(Graph<Values>& graph, std::size_t in, RebundleParameters parameters, Images images) {
  if (parameters.lanes_in == parameters.lanes_out) {
    return in;
  }
  const std::size_t out = graph.stream(2);
  graph.add<Rebundle>({in}, {out}, parameters, images);
  return out;
}

}  // namespace

std::size_t add_convolution(Graph<Values>& graph, std::size_t in, std::int64_t lanes_in, std::int64_t lanes_out,
                            const Convolution& layer, const Folding& folding, Images images, oracle::Random& random) {
  const WindowShape& shape = layer.shape;
  const DotArrayParameters parameters = dot_array_of(layer, folding);
  in = add_rebundle(graph, in, {shape.height * shape.width, layer.channels, lanes_in, folding.lanes_in()}, images);
  if (!shape.is_identity()) {
    const std::size_t windows = graph.stream(random.between(1, 4));
    graph.add<SlidingWindow>({in}, {windows},
                             SlidingWindowParameters{shape, layer.channels / folding.lanes_in(), folding.lanes_in()},
                             images);
    in = windows;
  }
  std::vector<UnitWork> work(static_cast<std::size_t>(images.count * parameters.accumulations *
                                                      parameters.windows_per_accumulation * parameters.units));
  std::generate(work.begin(), work.end(), [&] { return random.between(1, 6); });
  const std::size_t out = graph.stream(2, dot_array_latency(1, folding.coarse_in).count());
  graph.add_dot_array(in, out, parameters, images, work,
                      [layer, folding] { return std::make_unique<ConvolutionFunction>(layer, folding); });
  return add_rebundle(graph, out,
                      {shape.out_height() * shape.out_width(), layer.filters, folding.lanes_out(), lanes_out}, images);
}

DmaParameters dma_of(std::int64_t values, std::int64_t lanes, std::uint64_t address) {
  return {.words = values / lanes, .lanes = lanes, .word_bytes = lanes, .burst_bytes = 20, .address = address};
}

void store_maps(MemoryArray& memory, std::uint64_t address, const std::vector<Map>& maps) {
  for (const Map& map : maps) {
    const std::vector<std::uint8_t> bytes(map.begin(), map.end());
    memory.store(address, bytes);
    address += bytes.size();
  }
}

std::vector<Map> load_maps(const MemoryArray& memory, std::uint64_t address, std::size_t count, std::size_t size) {
  std::vector<Map> maps;
  for (std::size_t map = 0; map < count; ++map) {
    std::vector<std::uint8_t> bytes(size);
    memory.load(address + map * size, bytes);
    maps.emplace_back(bytes.begin(), bytes.end());
  }
  return maps;
}

}  // namespace millrace
