// Memory does not grow with the images of a trace, neither while it is checked nor while its work is counted.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "sim/work/mask_work.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::sim {
namespace {

using namespace test;

/// A line of /proc/self/status, in bytes.
std::int64_t memory(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == key) {
      std::int64_t kilobytes = 0;
      status >> kilobytes;
      return kilobytes * 1024;
    }
  }
  throw std::runtime_error("/proc/self/status has no " + key);
}

/// How far the resident memory went up while `run` ran.
template <typename Run>
std::int64_t rise(Run run) {
  std::ofstream("/proc/self/clear_refs") << "5";
  const std::int64_t before = memory("VmRSS:");
  run();
  return memory("VmHWM:") - before;
}

TEST(WorkMemory, IsTheSameForManyImages) {
  constexpr std::int64_t kImages = 160;
  constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
  // Not a multiple of eight channels: the spare bits of every pixel are looked at.
  const traces::MapShape map{128, 128, 60};
  const traces::Network network =
      traces::Network::Builder("net", "in", map)
          .add("l", traces::Convolution{.filters = 2, .kernel_height = 1, .kernel_width = 1}, {"in"}, "out")
          .finish("out");
  const TemporaryFolder folder;
  {
    const std::vector<traces::ImageInfo> images(kImages, {"i", std::nullopt, std::nullopt});
    traces::TraceWriter writer(folder / "t.safetensors", network, {}, images, std::nullopt);
    writer.weights({0}, std::vector<float>(static_cast<std::size_t>(2 * map.channels), 1.0F));
    const std::vector<float> values(static_cast<std::size_t>(map.elements()), 1.0F);
    for (std::size_t image = 0; image < kImages; ++image) {
      writer.activations({0}, image, values);
    }
    writer.finish();
  }
  ASSERT_GT(std::filesystem::file_size(folder / "t.safetensors"), 19 * kMebibyte);

  EXPECT_LT(rise([&] { traces::Trace::open(folder / "t.safetensors"); }), 8 * kMebibyte);
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of("defaults: {}", network);
  EXPECT_LT(rise([&] {
              const auto work = MaskWork::make(std::get<DotEngine>(module(plan, "l").parameters), trace,
                                               Images{kImages}, best_simd_level());
              NarrowWork band = work->make_band();
              while (!work->finished()) {
                work->next_band(band);
              }
            }),
            8 * kMebibyte);
}

}  // namespace
}  // namespace millrace::sim
