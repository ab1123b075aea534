// Add against tests/rtl/verilog/add.v.
#include <gtest/gtest.h>

#include "Vadd_grid.h"
#include "modules/route/add.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_add(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(
      std::make_unique<Add<Values>>("add", AddParameters{twin_case.at("WORDS")}, images, std::move(ends)));
  return model;
}

Twin add_twin() {
  return {"Add",
          read_grid(ADD_GRID),
          [] { return std::make_unique<VerilatedGrid<Vadd_grid>>(); },
          make_add,
          {{"depth of the last input + 1", [](TwinCase& mutant) { ++mutant.in.back().depth.words; }},
           {"latency of the last input + 1", [](TwinCase& mutant) { mutant.in.back().latency += Cycles{1}; }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(AddTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(add_twin());
}

TEST(AddTwinMutation, IsCaught) {
  expect_mutations_caught(add_twin());
}

}  // namespace
}  // namespace millrace::rtl
