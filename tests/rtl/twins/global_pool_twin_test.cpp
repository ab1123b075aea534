// GlobalPool against tests/rtl/verilog/global_pool.v.
#include <gtest/gtest.h>

#include "Vglobal_pool_grid.h"
#include "modules/engine/global_pool.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_global_pool(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(std::make_unique<GlobalPool<Values>>(
      "global_pool", GlobalPoolParameters{twin_case.at("PIXELS"), twin_case.at("BEATS")}, images, std::move(ends)));
  return model;
}

Twin global_pool_twin() {
  return {"GlobalPool",
          read_grid(GLOBAL_POOL_GRID),
          [] { return std::make_unique<VerilatedGrid<Vglobal_pool_grid>>(); },
          make_global_pool,
          {{"PIXELS + 1", [](TwinCase& mutant) { ++mutant.at("PIXELS"); }},
           {"BEATS + 1", [](TwinCase& mutant) { ++mutant.at("BEATS"); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(GlobalPoolTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(global_pool_twin());
}

TEST(GlobalPoolTwinMutation, IsCaught) {
  expect_mutations_caught(global_pool_twin());
}

}  // namespace
}  // namespace millrace::rtl
