#include "tests/rtl/cosimulation/block.hpp"

#include "modules/engine/sliding_window.hpp"
#include "modules/route/add.hpp"
#include "modules/route/fork.hpp"
#include "tests/modules/support/convolution_pipeline.hpp"

namespace millrace::rtl {
namespace {

constexpr std::uint64_t kInput = 0;
constexpr std::uint64_t kOutput = 1 << 20;
/// The least with which the block does not deadlock.
constexpr std::int64_t kShortcut = 18;

}  // namespace

std::vector<Map> BlockTask::expected() const {
  std::vector<Map> maps;
  for (const Map& input : inputs) {
    Map map = convolve(layer, input);
    for (std::size_t index = 0; index < map.size(); ++index) {
      map[index] = static_cast<std::int8_t>(map[index] + input[index]);
    }
    maps.push_back(std::move(map));
  }
  return maps;
}

ResidualSystem::ResidualSystem(const std::string& name, Kernel& kernel, const BlockTask& task,
                               const AddEngine& add_engine)
    : name_(name), kernel_(kernel), task_(task), memory_((name + "_memory").c_str(), {}, kernel.clock()) {
  store_maps(memory_.array(), kInput, task.inputs);
  const sim::Folding& folding = task.engine.folding;
  const Images images = task.images();
  const std::int64_t lanes = folding.lanes_in();
  const std::int64_t values = std::ssize(task.inputs.front());
  const std::int64_t words = values / lanes;

  StreamChannel<Values>& image = channel("image", 2);
  StreamChannel<Values>& main = channel("main", 2);
  StreamChannel<Values>& shortcut = channel("shortcut", kShortcut);
  StreamChannel<Values>& windows = channel("windows", 2);
  StreamChannel<Values>& sums = channel("sums", 2, dot_array_latency(folding.macs, folding.coarse_in));
  StreamChannel<Values>& results = channel("results", 2);

  dma({0, 1}, [&, parameters = dma_of(values, lanes, kInput), images](MemoryPort& memory, Ends<Values> ends) {
    return std::make_unique<DmaReader<Values>>(name_ + ".reader", parameters, images, memory, images_, std::move(ends));
  }).engine.out[0](image);
  SystemcModule<Values>& fork = module({1, 2}, [this, words, images](Ends<Values> ends) {
    return std::make_unique<Fork<Values>>(name_ + ".fork", ForkParameters{words}, images, std::move(ends));
  });
  fork.in[0](image);
  fork.out[0](main);
  fork.out[1](shortcut);
  SystemcModule<Values>& walker = module({1, 1}, [this, lanes, images](Ends<Values> ends) {
    const SlidingWindowParameters parameters{task_.layer.shape, task_.layer.channels / lanes, lanes};
    return std::make_unique<SlidingWindow<Values>>(name_ + ".window", parameters, images, std::move(ends));
  });
  walker.in[0](main);
  walker.out[0](windows);
  add_engine(windows, sums);
  SystemcModule<Values>& add = module({2, 1}, [this, words, images](Ends<Values> ends) {
    return std::make_unique<Add<Values>>(name_ + ".add", AddParameters{words}, images, std::move(ends));
  });
  add.in[0](sums);
  add.in[1](shortcut);
  add.out[0](results);
  dma({1, 0}, [&, parameters = dma_of(values, lanes, kOutput), images](MemoryPort& memory, Ends<Values> ends) {
    return std::make_unique<DmaWriter<Values>>(name_ + ".writer", parameters, images, memory, images_, std::move(ends));
  }).engine.in[0](results);
}

StreamChannel<Values>& ResidualSystem::channel(const std::string& name, std::int64_t depth, Cycles latency) {
  channels_.push_back(std::make_unique<StreamChannel<Values>>(name_ + "." + name, Depth{depth}, latency));
  logs_.push_back(std::make_unique<EdgeLog>());
  channels_.back()->stream().observe(*logs_.back());
  return *channels_.back();
}

SystemcModule<Values>& ResidualSystem::module(PortCounts ports, SystemcModule<Values>::Build build) {
  modules_.push_back(
      std::make_unique<SystemcModule<Values>>(sc_core::sc_gen_unique_name("module"), kernel_, ports, std::move(build)));
  return *modules_.back();
}

SystemcDma<Values>& ResidualSystem::dma(PortCounts ports, SystemcDma<Values>::Build build) {
  dmas_.push_back(
      std::make_unique<SystemcDma<Values>>(sc_core::sc_gen_unique_name("dma"), kernel_, ports, std::move(build)));
  dmas_.back()->socket().bind(memory_.socket);
  return *dmas_.back();
}

std::vector<StreamEdges> ResidualSystem::edges() const {
  std::vector<StreamEdges> edges;
  for (const auto& log : logs_) {
    edges.push_back(log->edges());
  }
  return edges;
}

std::vector<Map> ResidualSystem::outputs() {
  return load_maps(memory_.array(), kOutput, task_.inputs.size(), task_.inputs.front().size());
}

}  // namespace millrace::rtl
