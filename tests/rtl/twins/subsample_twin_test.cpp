// Subsample against tests/rtl/verilog/subsample.v.
#include <gtest/gtest.h>

#include "Vsubsample_grid.h"
#include "modules/route/subsample.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_subsample(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(std::make_unique<Subsample<Values>>(
      "subsample",
      SubsampleParameters{twin_case.at("HEIGHT"), twin_case.at("WIDTH"), twin_case.at("BEATS"), twin_case.at("STRIDE")},
      images, std::move(ends)));
  return model;
}

Twin subsample_twin() {
  return {"Subsample",
          read_grid(SUBSAMPLE_GRID),
          [] { return std::make_unique<VerilatedGrid<Vsubsample_grid>>(); },
          make_subsample,
          {{"HEIGHT + 1", [](TwinCase& mutant) { ++mutant.at("HEIGHT"); }},
           {"WIDTH + 1", [](TwinCase& mutant) { ++mutant.at("WIDTH"); }},
           {"BEATS + 1", [](TwinCase& mutant) { ++mutant.at("BEATS"); }},
           {"STRIDE + 1", [](TwinCase& mutant) { ++mutant.at("STRIDE"); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(SubsampleTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(subsample_twin());
}

TEST(SubsampleTwinMutation, IsCaught) {
  expect_mutations_caught(subsample_twin());
}

}  // namespace
}  // namespace millrace::rtl
