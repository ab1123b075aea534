#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/traces/error_message.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::HasSubstr;

std::string refusal(const std::string& yaml, const traces::Network& network) {
  return error_message<ConfigError>([&] { plan_of(yaml, network); });
}

/// One setting of one layer, at line 2, column 11 of the file.
std::string layer_refusal(const traces::Network& network, const std::string& layer, const std::string& setting) {
  return refusal("defaults: {}\nlayers:\n " + layer + ":\n    " + setting, network);
}

auto at(const std::string& line_and_column, const std::string& message) {
  return HasSubstr("a.yaml:" + line_and_column + ": " + message);
}

TEST(PlannerRefuses, LanesThatDoNotDivide) {
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "coarse_in: 3"),
              at("4:16",
                 "layer 'conv1': coarse_in 3 does not divide 4 (channels of a group / group_channels); legal "
                 "are 1, 2, 4"));
  EXPECT_THAT(layer_refusal(chain_network(), "conv2", "coarse_out: 8"),
              at("4:17",
                 "layer 'conv2': coarse_out 8 does not divide 12 (filters of a group); legal are 1, 2, 3, 4, 6, "
                 "12"));
  EXPECT_THAT(layer_refusal(chain_network(), "conv2", "group_channels: 3"),
              at("4:21",
                 "layer 'conv2': group_channels 3 does not divide 8 (channels of a group); legal are 1, 2, 4, "
                 "8"));
  // What divides the channels must divide what a group leaves of them.
  EXPECT_THAT(layer_refusal(chain_network(), "conv2", "{coarse_in: 4, group_channels: 4}"),
              at("4:17",
                 "layer 'conv2': coarse_in 4 does not divide 2 (channels of a group / group_channels); legal "
                 "are 1, 2"));
  EXPECT_THAT(layer_refusal(grouped_network(), "grouped", "coarse_in: 8"), HasSubstr("does not divide 4"));
  EXPECT_THAT(layer_refusal(grouped_network(), "grouped", "coarse_out: 12"), HasSubstr("does not divide 6"));
  EXPECT_THAT(layer_refusal(residual_network(), "add", "lanes: 3"),
              at("4:12", "layer 'add': lanes 3 does not divide 4 (channels); legal are 1, 2, 4"));
  EXPECT_THAT(layer_refusal(strided_shortcut_network(), "pad", "lanes: 4"),
              at("4:12",
                 "layer 'pad': lanes 4 does not divide 2 (what channels and padding have in common); legal are "
                 "1, 2"));
}

TEST(PlannerRefuses, TwoLanesOfAnImagesThreeChannels) {
  EXPECT_THAT(
      layer_refusal(preactivation_network(), "stem", "coarse_in: 2"),
      at("4:16", "layer 'stem': coarse_in 2 does not divide 3 (channels of a group / group_channels); legal are 1, 3"));
  EXPECT_NO_THROW(plan_of("defaults: {}\nlayers: {stem: {coarse_in: 3}}", preactivation_network()));
}

TEST(PlannerRefuses, LanesThatAConcatOrAPoolCannotHave) {
  EXPECT_THAT(layer_refusal(fire_network(), "concat", "lanes: 8"),
              at("4:12",
                 "layer 'concat': lanes 8 does not divide 4 (what the channels of the inputs have in common); legal "
                 "are 1, 2, 4"));
  EXPECT_THAT(layer_refusal(fire_network(), "pool", "lanes: 3"),
              at("4:12", "layer 'pool': lanes 3 does not divide 4 (channels); legal are 1, 2, 4"));
  EXPECT_THAT(layer_refusal(preactivation_network(), "norm", "lanes: 2"),
              at("4:12", "layer 'norm': lanes 2 does not divide 3 (channels); legal are 1, 3"));
}

TEST(PlannerRefuses, SettingsOfALayerThatAnotherOneCarries) {
  EXPECT_THAT(layer_refusal(preactivation_network(), "last", "lanes: 2"),
              at("4:12",
                 "layer 'last': lanes means nothing here: the layer before does this one's work as it pushes its "
                 "words; remove it"));
  EXPECT_THAT(layer_refusal(preactivation_network(), "last", "macs: 2"),
              at("3:2", "layer 'last': macs means nothing for an operator 'pointwise'; remove it"));
  EXPECT_NO_THROW(plan_of("defaults: {lanes: 1}", preactivation_network()));
}

TEST(PlannerRefuses, ADefaultThatDoesNotFitALayer) {
  EXPECT_THAT(refusal("defaults:\n  coarse_out: 4\n", chain_network()),
              at("2:15", "layer 'fc': coarse_out 4 does not divide 10 (filters of a group); legal are 1, 2, 5, 10"));
}

TEST(PlannerRefuses, GroupsThatAreNotWhole) {
  EXPECT_THAT(layer_refusal(grouped_network(), "grouped", "coarse_group: 3"),
              at("4:19", "layer 'grouped': coarse_group 3 does not divide 2 (groups); legal are 1, 2"));
  EXPECT_THAT(layer_refusal(grouped_network(), "grouped", "{coarse_group: 2, coarse_in: 2, coarse_out: 6}"),
              at("4:20",
                 "layer 'grouped': coarse_group 2 needs whole groups in parallel: coarse_in * group_channels = "
                 "4 and coarse_out = 6, here 2 and 6; or coarse_group 1"));
  EXPECT_THAT(layer_refusal(grouped_network(), "grouped", "{coarse_group: 2, coarse_in: 4, coarse_out: 3}"),
              HasSubstr("coarse_out = 6, here 4 and 3"));
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "coarse_group: 2"),
              HasSubstr("coarse_group 2 does not divide 1 (groups); legal are 1"));
}

TEST(PlannerRefuses, MoreMacsThanPairs) {
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "macs: 10"),
              at("4:11",
                 "layer 'conv1': macs 10 is more than the 9 pairs of a group (kernel * kernel * "
                 "group_channels); legal are 1 to 9"));
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "{macs: 37, group_channels: 4}"), HasSubstr("the 36 pairs"));
  EXPECT_NO_THROW(plan_of("defaults: {}\nlayers: {conv1: {macs: 36, group_channels: 4}}", chain_network()));
}

TEST(PlannerRefuses, SettingsThatMeanNothing) {
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "lanes: 2"),
              at("3:2", "layer 'conv1': lanes means nothing for an operator 'conv'; remove it"));
  EXPECT_THAT(layer_refusal(chain_network(), "fc", "lanes: 2"),
              HasSubstr("lanes means nothing for an operator 'fully_connected'"));
  for (const char* setting :
       {"macs: 1", "coarse_in: 1", "coarse_out: 1", "coarse_group: 1", "group_channels: 1", "unit: dense",
        "skip_empty_groups: false", "lock_step: false", "queue: 1", "pixel_buffers: 1"}) {
    const std::string key = std::string(setting).substr(0, std::string(setting).find(':'));
    EXPECT_THAT(layer_refusal(residual_network(), "add", setting),
                at("3:2", "layer 'add': " + key + " means nothing for an operator 'add'; remove it"));
  }
  EXPECT_THAT(layer_refusal(residual_network(), "pool", "macs: 1"), HasSubstr("an operator 'global_average_pool'"));
  EXPECT_THAT(layer_refusal(fire_network(), "pool", "queue: 1"), HasSubstr("an operator 'max_pool'"));
  EXPECT_THAT(layer_refusal(fire_network(), "concat", "unit: dense"), HasSubstr("an operator 'concat'"));
  EXPECT_THAT(layer_refusal(preactivation_network(), "act", "macs: 1"), HasSubstr("an operator 'pointwise'"));
}

TEST(PlannerRefuses, ProductsOfActivations) {
  const traces::Network network = traces::Network::Builder("attention", "x", {1, 5, 12})
                                      .add("q", traces::Convolution{12, 1, 1}, {"x"}, "q")
                                      .add("scores", traces::MatMul{3, true}, {"q", "x"}, "s")
                                      .finish("s");
  EXPECT_THAT(refusal("defaults: {}", network),
              HasSubstr("layer 'scores': there is no engine for operator 'matmul' yet"));
}

TEST(PlannerRefuses, SkippingEmptyGroupsInDenseUnits) {
  EXPECT_THAT(layer_refusal(chain_network(), "conv1", "{unit: dense, skip_empty_groups: true}"),
              at("4:38",
                 "layer 'conv1': skip_empty_groups needs a unit that skips; legal are skip_weights, "
                 "skip_activations, skip_both, here it is dense"));
  EXPECT_THAT(refusal("defaults: {skip_empty_groups: true, unit: dense}", chain_network()),
              at("1:31", "layer 'conv1': skip_empty_groups needs a unit that skips"));
}

TEST(PlannerRefuses, KernelsThatAreNotSquare) {
  const traces::Network network = traces::Network::Builder("n", "in", {8, 8, 2})
                                      .add("tall", traces::Convolution{2, 3, 1}, {"in"}, "out")
                                      .finish("out");
  EXPECT_THAT(refusal("defaults: {}", network),
              at("1:11", "layer 'tall': a kernel of 3 x 1 is not supported; kernels must be square"));
}

TEST(PlannerRefuses, LayersThatTheNetworkDoesNotHave) {
  EXPECT_THAT(refusal("defaults: {}\nlayers:\n  conv3: {}", chain_network()),
              at("3:3", "network 'chain' has no layer 'conv3'; did you mean 'conv1'?"));
  EXPECT_THAT(refusal("defaults: {}\nlayers:\n  something: {}", chain_network()),
              at("3:3", "network 'chain' has no layer 'something'; its layers begin with 'conv1'"));
}

TEST(PlannerRefuses, StreamsThatThePlanDoesNotHave) {
  EXPECT_THAT(refusal("defaults: {}\nstreams:\n  conv1 -> conv2.windows: 4", chain_network()),
              at("3:3",
                 "there is no stream 'conv1 -> conv2.windows'; did you mean 'conv1 -> conv2.window'? 'millrace "
                 "plan' lists them"));
  EXPECT_THAT(refusal("defaults: {}\nstreams:\n  x: 4", chain_network()),
              at("3:3", "there is no stream 'x'; 'millrace plan' lists them"));
}

TEST(PlannerRefuses, LayersWithoutAnEntryWhereThereAreNoDefaults) {
  EXPECT_THAT(
      refusal("layers: {conv1: {}, fc: {}}", chain_network()),
      HasSubstr("a.yaml: layer 'conv2' has no entry under 'layers', and there are no 'defaults'; add one of the "
                "two"));
  EXPECT_NO_THROW(plan_of("layers: {conv1: {}, conv2: {}, fc: {}}", chain_network()));
}

TEST(PlannerRefuses, MapsThatNobodyWouldWaitFor) {
  const traces::Network large = traces::Network::Builder("large", "input", {8192, 4096, 1})
                                    .add("conv", traces::Convolution{.filters = 1}, {"input"}, "output")
                                    .finish("output");
  EXPECT_THAT(refusal("defaults: {}", large),
              HasSubstr("a.yaml: 67108864 words flow for one image of network 'large', legal are 33554432; widen"));
}

TEST(PlannerRefuses, DepthsThatNoMemoryHolds) {
  EXPECT_THAT(
      refusal("defaults: {depth: 16777216, group_channels: 1}", chain_network()),
      HasSubstr("a.yaml: the 6 streams hold 50331654 words in all, legal are 16777216; lower 'depth', 'queue'"));
}

}  // namespace
}  // namespace millrace::sim
