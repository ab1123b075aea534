// A stream alone against tests/rtl/verilog/stream.v.
#include <gtest/gtest.h>

#include "Vstream_grid.h"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Twin stream_twin() {
  return {"stream",
          read_grid(STREAM_GRID),
          [] { return std::make_unique<VerilatedGrid<Vstream_grid>>(); },
          [](const TwinCase&, Images, const Ends<Values>&) { return Model{}; },
          {{"depth + 1", [](TwinCase& mutant) { ++mutant.in[0].depth.words; }},
           {"latency + 1", [](TwinCase& mutant) { mutant.in[0].latency += Cycles{1}; }},
           {"latency + 1, capacity kept", [](TwinCase& mutant) {
              if (mutant.in[0].depth.words > 1) {
                --mutant.in[0].depth.words;
                mutant.in[0].latency += Cycles{1};
              }
            }}}};
}

TEST(StreamTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(stream_twin());
}

TEST(StreamTwinMutation, IsCaught) {
  expect_mutations_caught(stream_twin());
}

}  // namespace
}  // namespace millrace::rtl
