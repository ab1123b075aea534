// A residual block on the SystemC kernel, around an engine that its user adds:
//
//   DmaReader -> Fork -> SlidingWindow -> engine -> Add -> DmaWriter
//                  `-------- shortcut ------------^
//
// The shortcut holds just what the block needs not to deadlock, so an engine that is an edge late anywhere shows
// everywhere. Images follow each other without a gap.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "modules/systemc/memory.hpp"
#include "modules/systemc/stream_channel.hpp"
#include "modules/systemc/systemc_module.hpp"
#include "tests/modules/support/edge_log.hpp"
#include "tests/modules/support/outcome.hpp"
#include "tests/rtl/dot_array/dot_layer.hpp"

namespace millrace::rtl {

/// What every block computes, and on what.
struct BlockTask {
  Convolution layer;
  sim::DotEngine engine;
  std::vector<Map> inputs;

  Images images() const { return {std::ssize(inputs)}; }
  std::vector<Map> expected() const;
};

class ResidualSystem {
 public:
  using AddEngine = std::function<void(StreamChannel<Values>& windows, StreamChannel<Values>& words)>;

  /// The task must outlive the block.
  ResidualSystem(const std::string& name, Kernel& kernel, const BlockTask& task, const AddEngine& add_engine);

  /// After the simulation: the edges of every stream, and what is in memory.
  std::vector<StreamEdges> edges() const;
  std::vector<Map> outputs();

 private:
  StreamChannel<Values>& channel(const std::string& name, std::int64_t depth, Cycles latency = Cycles{1});
  SystemcModule<Values>& module(PortCounts ports, SystemcModule<Values>::Build build);
  SystemcDma<Values>& dma(PortCounts ports, SystemcDma<Values>::Build build);

  std::string name_;
  Kernel& kernel_;
  const BlockTask& task_;
  ImageLog images_;
  Memory memory_;
  std::vector<std::unique_ptr<EdgeLog>> logs_;
  std::vector<std::unique_ptr<StreamChannel<Values>>> channels_;
  std::vector<std::unique_ptr<SystemcModule<Values>>> modules_;
  std::vector<std::unique_ptr<SystemcDma<Values>>> dmas_;
};

}  // namespace millrace::rtl
