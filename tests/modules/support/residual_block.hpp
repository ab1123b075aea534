// A residual block with a downsampling shortcut, as in a CIFAR ResNet, between two DMA engines: graph and result.
#pragma once

#include "tests/modules/support/convolution_pipeline.hpp"

namespace millrace {

class ResidualBlock {
 public:
  static constexpr std::uint64_t kInput = 4000;
  static constexpr std::uint64_t kOutput = 1 << 20;

  /// A 3 x 3 convolution of stride 2 that doubles the channels, beside Subsample -> ChannelPad.
  explicit ResidualBlock(std::uint64_t seed);

  const Graph<Values>& graph() const { return graph_; }
  const std::vector<Map>& inputs() const { return inputs_; }
  /// Sums wrap around to eight bits, as DmaWriter takes the low eight.
  const std::vector<Map>& expected() const { return expected_; }
  std::vector<Map> outputs(const MemoryArray& memory) const {
    return load_maps(memory, kOutput, expected_.size(), expected_.front().size());
  }

 private:
  void add_graph(oracle::Random& random);
  Map compute(const Map& input) const;

  Convolution layer_;
  std::vector<Map> inputs_;
  std::vector<Map> expected_;
  Graph<Values> graph_;
};

}  // namespace millrace
