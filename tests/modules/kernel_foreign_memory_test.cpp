// A TLM-2.0 target of someone else's, that waits inside b_transport instead of annotating time, in the place of Memory.
#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include "tests/modules/support/kernel_graph.hpp"
#include "tests/modules/support/residual_block.hpp"

namespace millrace {
namespace {

const KernelClock kClock(sc_core::sc_time(2, sc_core::SC_NS));
constexpr std::int64_t kWait = 10;

/// Takes kWait cycles for every request, and as many requests at once as there are who ask.
class WaitingTarget final : public sc_core::sc_module {
 public:
  explicit WaitingTarget(sc_core::sc_module_name name) : sc_core::sc_module(name), socket("socket"), array_({}) {
    socket.register_b_transport(this, &WaitingTarget::b_transport);
  }
  tlm_utils::multi_passthrough_target_socket<WaitingTarget> socket;

  MemoryArray& array() { return array_; }

 private:
  void b_transport(int, tlm::tlm_generic_payload& request, sc_core::sc_time& delay) {
    sc_core::wait(delay + kClock.time_of(Cycle{kWait}));
    delay = sc_core::SC_ZERO_TIME;
    const std::span<std::uint8_t> bytes(request.get_data_ptr(), request.get_data_length());
    if (request.is_write()) {
      array_.store(request.get_address(), bytes);
    } else {
      array_.load(request.get_address(), bytes);
    }
    request.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  MemoryArray array_;
};

Graph<Timing> copy_graph() {
  Graph<Timing> graph;
  const auto stream = graph.stream(2);
  const DmaParameters parameters{.words = 4, .lanes = 1, .word_bytes = 1, .burst_bytes = 2};
  graph.add_reader(stream, parameters, Images{1});
  graph.add_writer(stream, parameters, Images{1});
  return graph;
}

TEST(KernelForeignMemory, TargetThatWaitsTakesThePlaceOfMemory) {
  const ResidualBlock block(2);
  WaitingTarget target("target");
  store_maps(target.array(), ResidualBlock::kInput, block.inputs());
  KernelGraph<Values> values(block.graph(), kClock, Pace::kRunAhead);
  values.bind_memory(target.socket);
  WaitingTarget other_target("other_target");
  KernelGraph<Timing> copy(copy_graph(), kClock, Pace::kRunAhead);
  copy.bind_memory(other_target.socket);

  const Outcome outcome = values.run();
  EXPECT_TRUE(outcome.completed);
  EXPECT_EQ(block.outputs(target.array()), block.expected());
  EXPECT_EQ(sc_core::sc_time_stamp(), kClock.time_of(Cycle{outcome.end}));

  // The reader's requests, one behind the other, are done at 10 and 20. Bursts are packed at 13 and 23; the writer asks
  // at 14 and 24 and is done at 24 and 34.
  const Outcome copied = copy.run();
  EXPECT_TRUE(copied.completed);
  EXPECT_EQ(copied.streams[0].pushes, (Edges{10, 11, 20, 21}));
  EXPECT_EQ(copied.streams[0].pops, (Edges{11, 12, 21, 22}));
  EXPECT_EQ(copied.end, 34);
}

}  // namespace
}  // namespace millrace
