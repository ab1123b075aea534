// A clocked SystemC module between two streams moves its words at the edges at which the model of the same hardware
// does, at either pace.
#include <gtest/gtest.h>

#include "modules/route/fork.hpp"
#include "modules/systemc/pins.hpp"
#include "tests/modules/support/kernel_graph.hpp"
#include "tests/modules/support/register_slice.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {
namespace {

const KernelClock kClock(sc_core::sc_time(4, sc_core::SC_NS));
constexpr std::int64_t kWords = 400;

struct Ports {
  ServiceTimes source;
  ServiceTimes sink;
  std::vector<Values> words;
};

Ports random_ports() {
  oracle::Random random(3);
  Ports ports;
  for (std::int32_t word = 0; word < kWords; ++word) {
    ports.source.push_back(random.chance(80) ? 1 : random.between(2, 9));
    ports.sink.push_back(random.chance(70) ? 1 : random.between(2, 9));
    ports.words.push_back({{word}});
  }
  return ports;
}

/// source -> slice -> sink, the slice being whatever its user puts there.
class Line {
 public:
  Line(Kernel& kernel, const Ports& ports)
      : from("from", Depth{1}, Cycles{2}),
        to("to", Depth{2}, Cycles{1}),
        source_(sc_core::sc_gen_unique_name("source"), kernel, {0, 1},
                [ports](Ends<Values> ends) {
                  return std::make_unique<TestSource<Values>>("source", ports.source, ports.words, std::move(ends));
                }),
        sink_(sc_core::sc_gen_unique_name("sink"), kernel, {1, 0}, [this, ports](Ends<Values> ends) {
          return std::make_unique<TestSink<Values>>("sink", ports.sink, &received, std::move(ends));
        }) {
    from.stream().observe(before);
    to.stream().observe(behind);
    source_.out[0](from);
    sink_.in[0](to);
  }

  StreamChannel<Values> from;
  StreamChannel<Values> to;
  EdgeLog before;
  EdgeLog behind;
  std::vector<Values> received;

 private:
  SystemcModule<Values> source_;
  SystemcModule<Values> sink_;
};

class ForeignSlice {
 public:
  ForeignSlice(const std::string& name, PinClock& clock, Line& line)
      : in_((name + "_in").c_str(), clock, kWords,
            [](const Values& word) { return static_cast<std::uint32_t>(word.lanes.front()); }),
        out_((name + "_out").c_str(), clock, kWords,
             [](const std::uint32_t& data) { return Values{{static_cast<std::int32_t>(data)}}; }),
        slice_((name + "_slice").c_str()) {
    in_.stream(line.from);
    out_.stream(line.to);
    slice_.clk(clock.signal);
    slice_.reset(clock.reset);
    slice_.in_valid(in_.valid);
    slice_.in_ready(in_.ready);
    slice_.in_data(in_.data);
    slice_.out_valid(out_.valid);
    slice_.out_ready(out_.ready);
    slice_.out_data(out_.data);
  }

 private:
  PopPins<Values, std::uint32_t> in_;
  PushPins<Values, std::uint32_t> out_;
  RegisterSlice slice_;
};

TEST(KernelPins, ForeignModuleMovesWordsAtTheEdgesOfTheModel) {
  const Ports ports = random_ports();
  Kernel kernel(kClock, Pace::kRunAhead);
  Line ours(kernel, ports);
  SystemcModule<Values> fork("fork", kernel, {1, 1}, [](Ends<Values> ends) {
    return std::make_unique<Fork<Values>>("fork", ForkParameters{kWords}, Images{1}, std::move(ends));
  });
  fork.in[0](ours.from);
  fork.out[0](ours.to);

  PinClock clock("clock", kernel);
  Line running_ahead(kernel, ports);
  ForeignSlice slice("ahead", clock, running_ahead);
  Kernel in_turns(kClock, Pace::kTakeTurns);
  Line taking_turns(in_turns, ports);
  ForeignSlice slice_in_turns("turns", clock, taking_turns);

  ASSERT_TRUE(kernel.run());
  ASSERT_EQ(ours.received, ports.words);
  for (const Line* line : {&running_ahead, &taking_turns}) {
    EXPECT_EQ(line->received, ports.words);
    EXPECT_EQ(line->before.edges().pushes, ours.before.edges().pushes);
    EXPECT_EQ(line->before.edges().pops, ours.before.edges().pops);
    EXPECT_EQ(line->behind.edges().pushes, ours.behind.edges().pushes);
    EXPECT_EQ(line->behind.edges().pops, ours.behind.edges().pops);
  }
  EXPECT_EQ(sc_core::sc_time_stamp(), kClock.time_of(kernel.end()));
}

}  // namespace
}  // namespace millrace
