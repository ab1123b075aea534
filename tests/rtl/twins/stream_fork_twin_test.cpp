// Fork against tests/rtl/verilog/stream_fork.v.
#include <gtest/gtest.h>

#include "Vstream_fork_grid.h"
#include "modules/route/fork.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_fork(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(
      std::make_unique<Fork<Values>>("fork", ForkParameters{twin_case.at("WORDS")}, images, std::move(ends)));
  return model;
}

Twin fork_twin() {
  return {"Fork",
          read_grid(STREAM_FORK_GRID),
          [] { return std::make_unique<VerilatedGrid<Vstream_fork_grid>>(); },
          make_fork,
          {{"depth of the input + 1", [](TwinCase& mutant) { ++mutant.in[0].depth.words; }},
           {"depth of the first output + 1", [](TwinCase& mutant) { ++mutant.out.front().depth.words; }},
           {"depth of the last output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }},
           {"latency of the last output + 1", [](TwinCase& mutant) { mutant.out.back().latency += Cycles{1}; }}}};
}

TEST(ForkTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(fork_twin());
}

TEST(ForkTwinMutation, IsCaught) {
  expect_mutations_caught(fork_twin());
}

}  // namespace
}  // namespace millrace::rtl
