// SlidingWindow against tests/rtl/verilog/sliding_window.v.
#include <gtest/gtest.h>

#include "Vsliding_window_grid.h"
#include "modules/engine/sliding_window.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_sliding_window(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(std::make_unique<SlidingWindow<Values>>(
      "sliding_window",
      SlidingWindowParameters{WindowShape{twin_case.at("HEIGHT"), twin_case.at("WIDTH"), twin_case.at("KERNEL"),
                                          twin_case.at("STRIDE"), twin_case.at("PAD_TOP"), twin_case.at("PAD_LEFT"),
                                          twin_case.at("PAD_BOTTOM"), twin_case.at("PAD_RIGHT")},
                              twin_case.at("BEATS"), twin_case.at("LANES")},
      images, std::move(ends)));
  return model;
}

Twin sliding_window_twin() {
  return {"SlidingWindow",
          read_grid(SLIDING_WINDOW_GRID),
          [] { return std::make_unique<VerilatedGrid<Vsliding_window_grid>>(); },
          make_sliding_window,
          {{"HEIGHT + 1", [](TwinCase& mutant) { ++mutant.at("HEIGHT"); }},
           {"WIDTH + 1", [](TwinCase& mutant) { ++mutant.at("WIDTH"); }},
           {"KERNEL + 1", [](TwinCase& mutant) { ++mutant.at("KERNEL"); }},
           {"STRIDE + 1", [](TwinCase& mutant) { ++mutant.at("STRIDE"); }},
           {"PAD_TOP + 1", [](TwinCase& mutant) { ++mutant.at("PAD_TOP"); }},
           {"PAD_LEFT + 1", [](TwinCase& mutant) { ++mutant.at("PAD_LEFT"); }},
           {"PAD_BOTTOM + 1", [](TwinCase& mutant) { ++mutant.at("PAD_BOTTOM"); }},
           {"PAD_RIGHT + 1", [](TwinCase& mutant) { ++mutant.at("PAD_RIGHT"); }},
           {"BEATS + 1", [](TwinCase& mutant) { ++mutant.at("BEATS"); }},
           {"LANES + 1", [](TwinCase& mutant) { ++mutant.at("LANES"); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(SlidingWindowTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(sliding_window_twin());
}

TEST(SlidingWindowTwinMutation, IsCaught) {
  expect_mutations_caught(sliding_window_twin());
}

}  // namespace
}  // namespace millrace::rtl
