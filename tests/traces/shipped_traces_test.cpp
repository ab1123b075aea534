// The traces in the repository are what traces/README.md says.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "tests/traces/source_paths.hpp"
#include "traces/trace.hpp"

namespace millrace::traces {
namespace {

std::int64_t ones(const MaskView& mask) {
  std::int64_t sum = 0;
  for (std::int64_t filter = 0; filter < mask.outer(); ++filter) {
    for (const std::uint8_t byte : mask.item(filter)) {
      sum += std::popcount(byte);
    }
  }
  return sum;
}

Trace open_shipped(const std::string& name) {
  return Trace::open(test::traces_folder() / name);
}

std::int64_t dense_macs(const Network& network) {
  return std::accumulate(network.layers().begin(), network.layers().end(), std::int64_t{0},
                         [&](std::int64_t sum, const Layer& layer) { return sum + network.dense_macs(layer); });
}

std::int64_t correct(const Trace& trace) {
  return std::count_if(trace.images().begin(), trace.images().end(),
                       [](const ImageInfo& image) { return image.label == image.top1; });
}

TEST(ShippedTraces, AreResNet20AsTrained) {
  const Trace trace = open_shipped("resnet20-cifar10.safetensors");
  EXPECT_EQ(trace.network().name(), "resnet20-cifar10");
  EXPECT_EQ(dense_macs(trace.network()), 40551040);
  EXPECT_EQ(trace.images().size(), 16U);
  EXPECT_EQ(trace.images().front().name, "test0000_cat.png");
  EXPECT_EQ(correct(trace), 16);
  EXPECT_EQ(trace.provenance().pruned, std::nullopt);
  for (std::size_t i = 0; i < trace.network().layers().size(); ++i) {
    const Layer& layer = trace.network().layers()[i];
    if (has_weights(layer)) {
      EXPECT_EQ(ones(trace.weight_mask({i})), trace.network().weight_shape(layer).elements()) << layer.name;
    }
  }
}

TEST(ShippedTraces, AreResNet20WithHalfOfTheWeights) {
  const Trace trace = open_shipped("resnet20-cifar10-pruned50.safetensors");
  EXPECT_EQ(trace.network().to_json(), open_shipped("resnet20-cifar10.safetensors").network().to_json());
  EXPECT_EQ(correct(trace), 14);
  EXPECT_EQ(trace.provenance().pruned, 0.5);
  const std::size_t last = trace.network().layers().size() - 1;
  for (std::size_t i = 0; i < trace.network().layers().size(); ++i) {
    const Layer& layer = trace.network().layers()[i];
    if (has_weights(layer)) {
      const std::int64_t divisor = i == 0 || i == last ? 1 : 2;
      EXPECT_EQ(ones(trace.weight_mask({i})) * divisor, trace.network().weight_shape(layer).elements()) << layer.name;
    }
  }
}

}  // namespace
}  // namespace millrace::traces
