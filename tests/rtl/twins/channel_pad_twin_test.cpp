// ChannelPad against tests/rtl/verilog/channel_pad.v.
#include <gtest/gtest.h>

#include "Vchannel_pad_grid.h"
#include "modules/route/channel_pad.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

Model make_channel_pad(const TwinCase& twin_case, Images images, Ends<Values> ends) {
  Model model;
  model.modules.push_back(std::make_unique<ChannelPad<Values>>(
      "channel_pad",
      ChannelPadParameters{twin_case.at("PIXELS"), twin_case.at("LANES"), twin_case.at("BEATS_BEFORE"),
                           twin_case.at("BEATS"), twin_case.at("BEATS_AFTER")},
      images, std::move(ends)));
  return model;
}

Twin channel_pad_twin() {
  return {"ChannelPad",
          read_grid(CHANNEL_PAD_GRID),
          [] { return std::make_unique<VerilatedGrid<Vchannel_pad_grid>>(); },
          make_channel_pad,
          {{"BEATS_BEFORE + 1", [](TwinCase& mutant) { ++mutant.at("BEATS_BEFORE"); }},
           {"BEATS + 1", [](TwinCase& mutant) { ++mutant.at("BEATS"); }},
           {"BEATS_AFTER + 1", [](TwinCase& mutant) { ++mutant.at("BEATS_AFTER"); }},
           {"LANES + 1", [](TwinCase& mutant) { ++mutant.at("LANES"); }},
           {"depth of the first input + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out.back().depth.words; }}}};
}

TEST(ChannelPadTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(channel_pad_twin());
}

TEST(ChannelPadTwinMutation, IsCaught) {
  expect_mutations_caught(channel_pad_twin());
}

}  // namespace
}  // namespace millrace::rtl
