// Pool against tests/rtl/verilog/pool.v. Padding in the windows is random here too: what does not count must not
// matter.
#include <gtest/gtest.h>

#include <algorithm>

#include "Vpool_grid.h"
#include "modules/engine/pool.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_pool(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  const WindowShape shape{twin_case.at("HEIGHT"),     twin_case.at("WIDTH"),    twin_case.at("KERNEL"),
                          twin_case.at("STRIDE"),     twin_case.at("PAD_TOP"),  twin_case.at("PAD_LEFT"),
                          twin_case.at("PAD_BOTTOM"), twin_case.at("PAD_RIGHT")};
  const MapRegion counted{twin_case.at("COUNTED_TOP"), twin_case.at("COUNTED_BOTTOM"), twin_case.at("COUNTED_LEFT"),
                          twin_case.at("COUNTED_RIGHT")};
  const PoolKind kind = twin_case.at("AVERAGE") != 0 ? PoolKind::kAverage : PoolKind::kMax;
  Model model;
  model.modules.push_back(std::make_unique<Pool<Values>>(
      "pool", PoolParameters{shape, twin_case.at("BEATS"), twin_case.at("LANES"), kind, counted}, images,
      std::move(ends)));
  return model;
}

Mutation more(const std::string& name) {
  return {name + " + 1", [name](TwinCase& mutant) { ++mutant.at(name); }};
}

Twin pool_twin() {
  return {"Pool",
          read_grid(POOL_GRID),
          [] { return std::make_unique<VerilatedGrid<Vpool_grid>>(); },
          make_pool,
          {{"the other AVERAGE", [](TwinCase& mutant) { mutant.at("AVERAGE") = 1 - mutant.at("AVERAGE"); }},
           {"KERNEL - 1, where it is not 1",
            [](TwinCase& mutant) { mutant.at("KERNEL") = std::max<std::int64_t>(1, mutant.at("KERNEL") - 1); }},
           {"LANES - 1", [](TwinCase& mutant) { --mutant.at("LANES"); }},
           more("HEIGHT"),
           more("WIDTH"),
           more("STRIDE"),
           more("PAD_TOP"),
           more("PAD_LEFT"),
           more("PAD_BOTTOM"),
           more("PAD_RIGHT"),
           more("COUNTED_TOP"),
           {"COUNTED_BOTTOM - 1", [](TwinCase& mutant) { --mutant.at("COUNTED_BOTTOM"); }},
           more("COUNTED_LEFT"),
           {"COUNTED_RIGHT - 1", [](TwinCase& mutant) { --mutant.at("COUNTED_RIGHT"); }},
           more("BEATS"),
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(PoolTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(pool_twin());
}

TEST(PoolTwinMutation, IsCaught) {
  expect_mutations_caught(pool_twin());
}

}  // namespace
}  // namespace millrace::rtl
