// DotArray against tests/rtl/verilog/dot_array.v. The twin's units find out themselves how long a window takes; the
// model is told by the product's MaskWork, from the masks of the same weights and windows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "Vdot_array_grid.h"
#include "modules/engine/dot_array.hpp"
#include "tests/rtl/dot_array/dot_layer.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

DotSettings settings_of(const TwinCase& twin_case) {
  return {{twin_case.at("COARSE_IN"), twin_case.at("COARSE_OUT"), twin_case.at("COARSE_GROUP"),
           twin_case.at("GROUP_CHANNELS"), twin_case.at("MACS")},
          static_cast<sim::UnitKind>(twin_case.at("UNIT_KIND")),
          twin_case.at("SKIP_EMPTY_GROUPS") != 0,
          twin_case.at("LOCK_STEP") != 0,
          twin_case.at("PIXEL_BUFFERS")};
}

/// Windows that share nothing: a row of pixels, as wide as the kernel each, and a stride of one kernel.
Convolution layer_of(const TwinCase& twin_case) {
  const sim::Folding folding = settings_of(twin_case).folding;
  const std::int64_t kernel = twin_case.at("KERNEL");
  const std::int64_t groups = twin_case.at("GROUP_TURNS") * folding.coarse_group;
  const std::int64_t channels =
      groups * twin_case.at("WINDOWS_PER_ACCUMULATION") * folding.coarse_in * folding.group_channels;
  const std::int64_t filters = groups * folding.coarse_out * twin_case.at("WORDS_PER_ACCUMULATION");
  oracle::Random random(static_cast<std::uint64_t>(twin_case.at("SEED")));
  return random_layer({kernel, kernel * twin_case.at("PIXELS"), kernel, kernel}, channels, filters, groups,
                      static_cast<std::uint32_t>(twin_case.at("WEIGHT_ZEROS")), random);
}

/// The maps of which the words of a source are the windows.
std::vector<Map> maps_of(const TwinCase& twin_case, const Convolution& layer, const std::vector<Values>& words) {
  const std::int64_t kernel = layer.shape.kernel;
  const std::int64_t lanes = settings_of(twin_case).folding.lanes_in();
  const std::int64_t beats = layer.channels / lanes;
  const std::int64_t words_an_image = beats * twin_case.at("PIXELS");
  std::vector<Map> maps(words.size() / static_cast<std::size_t>(words_an_image),
                        Map(static_cast<std::size_t>(layer.shape.height * layer.shape.width * layer.channels)));
  for (std::int64_t k = 0; k < std::ssize(words); ++k) {
    const std::int64_t pixel = k % words_an_image / beats;
    for (std::int64_t value = 0; value < kernel * kernel * lanes; ++value) {
      const std::int64_t row = value / lanes / kernel;
      const std::int64_t column = pixel * kernel + value / lanes % kernel;
      const std::int64_t channel = k % beats * lanes + value % lanes;
      maps[static_cast<std::size_t>(k / words_an_image)]
          [static_cast<std::size_t>((row * layer.shape.width + column) * layer.channels + channel)] =
              static_cast<std::int8_t>(words[static_cast<std::size_t>(k)].lanes[static_cast<std::size_t>(value)]);
    }
  }
  return maps;
}

/// What tests/rtl/verilog/rounding.v makes of a sum.
struct Rounding {
  bool relu = false;
  std::int64_t shift = 0;
  std::int64_t bits = 32;

  std::int32_t operator()(std::int64_t sum) const {
    const std::int64_t rectified = relu ? std::max<std::int64_t>(sum, 0) : sum;
    const std::int64_t half = (std::int64_t{1} << shift) >> 1;
    const std::int64_t most = (std::int64_t{1} << (bits - 1)) - 1;
    return static_cast<std::int32_t>(std::clamp((rectified + half) >> shift, -most - 1, most));
  }
};

/// What a mutation does to the work alone: the masks of one weight that is not zero forget it.
void forget_a_weight(Convolution& layer) {
  const auto weight = std::find_if(layer.weights.begin(), layer.weights.end(), [](std::int8_t w) { return w != 0; });
  if (weight != layer.weights.end()) {
    *weight = 0;
  }
}

Model make_dot_array(const TwinCase& twin_case, const Stimulus& stimulus, Images images, Ends<Values> ends) {
  const Convolution layer = layer_of(twin_case);
  const DotSettings settings = settings_of(twin_case);
  const sim::DotEngine engine = plan_engine(layer, settings);
  Convolution masked = layer;
  if (twin_case.parameters.contains("FORGET_A_WEIGHT")) {
    forget_a_weight(masked);
  }
  Model model;
  WorkSource& work =
      model.keep.keep(std::make_unique<TraceWork>(masked, engine, maps_of(twin_case, layer, stimulus.words.front())));
  DotFunction<Values>& function = model.keep.keep(std::make_unique<ConvolutionFunction>(
      layer, values_folding(settings.folding),
      Rounding{twin_case.at("RELU") != 0, twin_case.at("SHIFT"), twin_case.at("OUT_BITS")}));
  model.modules.push_back(
      std::make_unique<DotArray<Values>>("dot_array", engine.array, images, work, &function, std::move(ends)));
  return model;
}

/// ROMs are looked for in the folder that the program runs in.
std::unique_ptr<TwinTop> make_top(const Grid& grid) {
  static const test::TemporaryFolder folder;
  std::filesystem::current_path(folder / ".");
  for (const TwinCase& twin_case : grid.cases) {
    write_roms("weights" + std::to_string(twin_case.at("SEED")), layer_of(twin_case), settings_of(twin_case).folding);
  }
  return std::make_unique<VerilatedGrid<Vdot_array_grid>>();
}

/// Sets one name to another value where it has the first one.
Mutation replaced(const std::string& name, std::int64_t from, std::int64_t to) {
  return {name + " " + std::to_string(from) + " -> " + std::to_string(to), [=](TwinCase& mutant) {
            if (mutant.at(name) == from) {
              mutant.at(name) = to;
            }
          }};
}

/// Moves a factor of two from one name to another, so that words keep their shape and number.
Mutation moved_factor(const std::string& from, const std::string& to) {
  return {"half of " + from + " to " + to, [=](TwinCase& mutant) {
            if (mutant.at(from) % 2 == 0) {
              mutant.at(from) /= 2;
              mutant.at(to) *= 2;
            }
          }};
}

Twin dot_array_twin() {
  const Grid grid = read_grid(DOT_ARRAY_GRID);
  return {
      "DotArray",
      grid,
      [grid] { return make_top(grid); },
      make_dot_array,
      {{"queue + 1", [](TwinCase& mutant) { ++mutant.in[0].depth.words; }},
       {"latency of the queue + 1", [](TwinCase& mutant) { mutant.in[0].latency += Cycles{1}; }},
       {"depth of the output + 1", [](TwinCase& mutant) { ++mutant.out[0].depth.words; }},
       {"latency of the output + 1", [](TwinCase& mutant) { mutant.out[0].latency += Cycles{1}; }},
       {"pixel_buffers + 1", [](TwinCase& mutant) { ++mutant.at("PIXEL_BUFFERS"); }},
       replaced("LOCK_STEP", 0, 1),
       replaced("LOCK_STEP", 1, 0),
       {"macs + 1", [](TwinCase& mutant) { ++mutant.at("MACS"); }},
       replaced("UNIT_KIND", 0, 1),
       replaced("UNIT_KIND", 1, 3),
       replaced("UNIT_KIND", 2, 3),
       replaced("UNIT_KIND", 3, 1),
       replaced("UNIT_KIND", 3, 2),
       replaced("SKIP_EMPTY_GROUPS", 1, 0),
       {"skip_empty_groups",
        [](TwinCase& mutant) {
          if (mutant.at("UNIT_KIND") != 0) {
            mutant.at("SKIP_EMPTY_GROUPS") = 1;
          }
        }},
       moved_factor("COARSE_IN", "GROUP_CHANNELS"),
       moved_factor("GROUP_CHANNELS", "COARSE_IN"),
       moved_factor("WINDOWS_PER_ACCUMULATION", "GROUP_TURNS"),
       moved_factor("WORDS_PER_ACCUMULATION", "COARSE_OUT"),
       moved_factor("GROUP_TURNS", "PIXELS"),
       moved_factor("COARSE_GROUP", "COARSE_IN"),
       {"kernel 2 to 1, four times the channels",
        [](TwinCase& mutant) {
          if (mutant.at("KERNEL") == 2) {
            mutant.at("KERNEL") = 1;
            mutant.at("GROUP_CHANNELS") *= 4;
          }
        }},
       replaced("RELU", 1, 0),
       replaced("SHIFT", 8, 7),
       replaced("OUT_BITS", 8, 7),
       {"one weight forgotten in the masks", [](TwinCase& mutant) { mutant.parameters["FORGET_A_WEIGHT"] = {1}; }}}};
}

/// The twin's datapath is as long as it is; a word that is popped sooner would have other values.
TEST(DotArrayTwin, HasTheLatencyOfTheModel) {
  for (const TwinCase& twin_case : read_grid(DOT_ARRAY_GRID).cases) {
    EXPECT_EQ(twin_case.out[0].latency, dot_array_latency(twin_case.at("MACS"), twin_case.at("COARSE_IN")));
  }
}

TEST(DotArrayTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(dot_array_twin());
}

TEST(DotArrayTwinMutation, IsCaught) {
  expect_mutations_caught(dot_array_twin());
}

}  // namespace
}  // namespace millrace::rtl
