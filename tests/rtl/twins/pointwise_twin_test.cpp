// Pointwise against tests/rtl/verilog/pointwise.v: a batch norm and a ReLU.
#include <gtest/gtest.h>

#include <algorithm>

#include "Vpointwise_grid.h"
#include "modules/engine/pointwise.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

class NormAndClip final : public PointwiseFunction<Values> {
 public:
  explicit NormAndClip(const TwinCase& twin_case)
      : scales_(twin_case.parameters.at("SCALES")), shifts_(twin_case.parameters.at("SHIFTS")) {}

  Values apply(const Values& word) override {
    Values result;
    for (const std::int32_t lane : word.lanes) {
      const std::int64_t normed = lane * scales_[channel_] + shifts_[channel_];
      result.lanes.push_back(static_cast<std::int32_t>(std::max<std::int64_t>(0, normed)));
      channel_ = (channel_ + 1) % scales_.size();
    }
    return result;
  }

 private:
  std::vector<std::int64_t> scales_;
  std::vector<std::int64_t> shifts_;
  std::size_t channel_ = 0;
};

Model make_pointwise(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  PointwiseFunction<Values>& function = model.keep.keep(std::make_unique<NormAndClip>(twin_case));
  model.modules.push_back(std::make_unique<Pointwise<Values>>(
      "pointwise", PointwiseParameters{twin_case.at("PIXELS") * twin_case.at("BEATS")}, images, &function,
      std::move(ends)));
  return model;
}

Twin pointwise_twin() {
  return {"Pointwise",
          read_grid(POINTWISE_GRID),
          [] { return std::make_unique<VerilatedGrid<Vpointwise_grid>>(); },
          make_pointwise,
          {{"SCALES of the last channel + 1", [](TwinCase& mutant) { ++mutant.parameters.at("SCALES").back(); }},
           {"SHIFTS of the first channel + 1", [](TwinCase& mutant) { ++mutant.parameters.at("SHIFTS").front(); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(PointwiseTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(pointwise_twin());
}

TEST(PointwiseTwinMutation, IsCaught) {
  expect_mutations_caught(pointwise_twin());
}

}  // namespace
}  // namespace millrace::rtl
