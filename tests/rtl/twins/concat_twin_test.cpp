// Concat against tests/rtl/verilog/concat.v.
#include <gtest/gtest.h>

#include <algorithm>

#include "Vconcat_grid.h"
#include "modules/route/concat.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_concat(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(std::make_unique<Concat<Values>>(
      "concat", ConcatParameters{twin_case.at("PIXELS"), twin_case.parameters.at("BEATS")}, images, std::move(ends)));
  return model;
}

std::vector<std::int64_t>& beats_of(TwinCase& mutant) {
  return mutant.parameters.at("BEATS");
}

Twin concat_twin() {
  return {"Concat",
          read_grid(CONCAT_GRID),
          [] { return std::make_unique<VerilatedGrid<Vconcat_grid>>(); },
          make_concat,
          {{"BEATS of the first input + 1", [](TwinCase& mutant) { ++beats_of(mutant).front(); }},
           {"BEATS of the last input + 1", [](TwinCase& mutant) { ++beats_of(mutant).back(); }},
           {"BEATS in another order", [](TwinCase& mutant) { std::ranges::reverse(beats_of(mutant)); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the last input + 1", [](TwinCase& mutant) { ++mutant.in.back().depth.words; }},
           {"latency of the last input + 1", [](TwinCase& mutant) { mutant.in.back().latency += Cycles{1}; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(ConcatTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(concat_twin());
}

TEST(ConcatTwinMutation, IsCaught) {
  expect_mutations_caught(concat_twin());
}

}  // namespace
}  // namespace millrace::rtl
