// Rebundle against tests/rtl/verilog/rebundle.v.
#include <gtest/gtest.h>

#include "Vrebundle_grid.h"
#include "modules/route/rebundle.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_rebundle(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(
      std::make_unique<Rebundle<Values>>("rebundle",
                                         RebundleParameters{twin_case.at("PIXELS"), twin_case.at("CHANNELS"),
                                                            twin_case.at("LANES_IN"), twin_case.at("LANES_OUT")},
                                         images, std::move(ends)));
  return model;
}

Twin rebundle_twin() {
  return {"Rebundle",
          read_grid(REBUNDLE_GRID),
          [] { return std::make_unique<VerilatedGrid<Vrebundle_grid>>(); },
          make_rebundle,
          {{"LANES_IN - 1", [](TwinCase& mutant) { mutant.at("LANES_IN") -= mutant.at("LANES_IN") > 1 ? 1 : 0; }},
           {"LANES_OUT - 1", [](TwinCase& mutant) { mutant.at("LANES_OUT") -= mutant.at("LANES_OUT") > 1 ? 1 : 0; }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(RebundleTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(rebundle_twin());
}

TEST(RebundleTwinMutation, IsCaught) {
  expect_mutations_caught(rebundle_twin());
}

}  // namespace
}  // namespace millrace::rtl
