// A foreign module that never takes its word: the clock stops, and the kernel says that nothing can move.
#include <gtest/gtest.h>

#include "modules/systemc/pins.hpp"
#include "tests/modules/support/kernel_graph.hpp"

namespace millrace {
namespace {

// Longer than the clock is patient: but the word is known to come.
constexpr std::uint32_t kArrival = 500;
constexpr std::int64_t kPatience = 100;

TEST(KernelPins, StuckForeignModuleEndsTheSimulation) {
  const KernelClock period(sc_core::sc_time(1, sc_core::SC_NS));
  Kernel kernel(period, Pace::kRunAhead);
  StreamChannel<Values> stream("stream", Depth{2}, Cycles{1});
  SystemcModule<Values> source("source", kernel, {0, 1}, [](Ends<Values> ends) {
    return std::make_unique<TestSource<Values>>("source", ServiceTimes{kArrival - 1}, std::vector<Values>{},
                                                std::move(ends));
  });
  source.out[0](stream);
  PinClock clock("clock", kernel, Cycles{kPatience});
  PopPins<Values, std::uint32_t> pins("pins", clock, 1, [](const Values&) { return 0U; });
  pins.stream(stream);

  // The source is through: its word waits in the stream for ever.
  EXPECT_FALSE(kernel.run());
  EXPECT_EQ(stream.stream().pops(), 0);
  EXPECT_GE(sc_core::sc_time_stamp(), period.time_of(Cycle{kArrival + kPatience}));
  EXPECT_LE(sc_core::sc_time_stamp(), period.time_of(Cycle{kArrival + kPatience + 2}));
}

}  // namespace
}  // namespace millrace
