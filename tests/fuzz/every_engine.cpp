#include "tests/fuzz/every_engine.hpp"

namespace millrace::fuzz {

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

}  // namespace millrace::fuzz
