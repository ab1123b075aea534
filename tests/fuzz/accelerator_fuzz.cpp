// Any bytes as an accelerator file: they are refused with a message, or make a plan of a small network with every
// kind of engine.
#include <cstddef>
#include <cstdint>

#include "sim/config/accelerator.hpp"
#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/refusal.hpp"
#include "traces/network.hpp"

namespace millrace::fuzz {
namespace {

traces::Network every_engine() {
  using traces::Convolution;
  const traces::Pads pads{1, 1, 1, 1};
  return traces::Network::Builder("every engine", "in", {4, 4, 4})
      .add("stem", Convolution{4, 3, 3, 1, 1, pads}, {"in"}, "x", {"relu"})
      .add("conv1", Convolution{8, 3, 3, 2, 1, pads}, {"x"}, "a", {"relu"})
      .add("depthwise", Convolution{8, 3, 3, 1, 8, pads}, {"a"}, "b")
      .add("slice", traces::Subsample{2}, {"x"}, "s")
      .add("pad", traces::ChannelPad{2, 2}, {"s"}, "t")
      .add("add", traces::Add{}, {"b", "t"}, "y", {"relu"})
      .add("pool", traces::GlobalAveragePool{}, {"y"}, "p")
      .add("fc", traces::FullyConnected{10}, {"p"}, "out")
      .finish("out");
}

}  // namespace
}  // namespace millrace::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  static const traces::Network network = fuzz::every_engine();
  const fuzz::MemoryFile file(data, size);
  try {
    sim::complete(sim::draft_plan(sim::Accelerator::read(file.path()), network));
  } catch (const sim::ConfigError& error) {
    fuzz::check_message(error);
  }
  return 0;
}
