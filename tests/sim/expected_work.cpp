#include "tests/sim/expected_work.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/modules/support/work_bands.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::test {
namespace {

using namespace sim;

/// Evaluates when made.
class DirectEvaluation {
 public:
  DirectEvaluation(const traces::Network& network, const RandomTrace& values, const DotEngine& engine,
                   std::size_t images)
      : values_(values), engine_(engine), map_(network.edge(engine.input).shape) {
    const Folding& folding = engine.folding;
    // A fully connected layer sees one pixel: its map, pixels behind each other, channels innermost.
    if (std::holds_alternative<traces::FullyConnected>(network.layer(engine.layer).op)) {
      map_ = {1, 1, map_.elements()};
    }
    const std::int64_t words_a_pixel = map_.channels / folding.lanes_in();
    for (image_ = 0; image_ < images; ++image_) {
      for (std::int64_t y = 0; y < engine.window.out_height(); ++y) {
        for (std::int64_t x = 0; x < engine.window.out_width(); ++x) {
          for (std::int64_t word = 0; word < words_a_pixel; ++word) {
            for (std::int64_t lane = 0; lane < folding.coarse_group * folding.coarse_in; ++lane) {
              const std::int64_t channel = word * folding.lanes_in() + lane * folding.group_channels;
              for (std::int64_t out = 0; out < folding.coarse_out; ++out) {
                result.work.push_back(unit_cycles(y, x, channel, out));
              }
            }
          }
        }
      }
    }
  }

  ExpectedWork result;

 private:
  UnitWork unit_cycles(std::int64_t y, std::int64_t x, std::int64_t channel, std::int64_t out) {
    const std::int64_t filters = engine_.filters / engine_.groups;
    const std::int64_t group = channel / (engine_.channels / engine_.groups);
    std::int64_t cycles = 0;
    for (std::int64_t filter = out; filter < filters; filter += engine_.folding.coarse_out) {
      cycles += group_cycles(y, x, channel, group * filters + filter);
    }
    return static_cast<UnitWork>(std::max<std::int64_t>(cycles, 1));
  }

  std::int64_t group_cycles(std::int64_t y, std::int64_t x, std::int64_t first_channel, std::int64_t filter) {
    std::int64_t pairs = 0;
    for (std::int64_t ky = 0; ky < engine_.window.kernel; ++ky) {
      for (std::int64_t kx = 0; kx < engine_.window.kernel; ++kx) {
        for (std::int64_t c = first_channel; c < first_channel + engine_.folding.group_channels; ++c) {
          const bool activation = has_activation(y * engine_.window.stride + ky - engine_.window.pad_top,
                                                 x * engine_.window.stride + kx - engine_.window.pad_left, c);
          pairs += survives(activation, has_weight(filter, ky, kx, c % (engine_.channels / engine_.groups))) ? 1 : 0;
          ++result.dense_macs;
        }
      }
    }
    result.macs_done += pairs;
    if (pairs == 0 && engine_.skip_empty_groups) {
      return 0;
    }
    std::int64_t cycles = 1;
    while (cycles * engine_.folding.macs < pairs) {
      ++cycles;
    }
    return cycles;
  }

  bool survives(bool activation, bool weight) const {
    switch (engine_.unit) {
      case UnitKind::kDense:
        return true;
      case UnitKind::kSkipWeights:
        return weight;
      case UnitKind::kSkipActivations:
        return activation;
      case UnitKind::kSkipBoth:
        break;
    }
    return activation && weight;
  }

  bool has_activation(std::int64_t row, std::int64_t column, std::int64_t channel) const {
    if (row < 0 || row >= map_.height || column < 0 || column >= map_.width) {
      return false;
    }
    const std::int64_t element = (row * map_.width + column) * map_.channels + channel;
    return values_.activations(engine_.input, image_)[static_cast<std::size_t>(element)] != 0.0F;
  }

  bool has_weight(std::int64_t filter, std::int64_t ky, std::int64_t kx, std::int64_t channel) const {
    const std::int64_t kernel = engine_.window.kernel;
    const std::int64_t element = ((filter * kernel + ky) * kernel + kx) * (engine_.channels / engine_.groups) + channel;
    return values_.weights(engine_.layer)[static_cast<std::size_t>(element)] != 0.0F;
  }

  const RandomTrace& values_;
  const DotEngine& engine_;
  traces::MapShape map_;
  std::size_t image_ = 0;
};

}  // namespace

ExpectedWork direct_work(const traces::Network& network, const RandomTrace& values, const DotEngine& engine,
                         std::size_t images) {
  return DirectEvaluation(network, values, engine, images).result;
}

std::vector<UnitWork> all_bands(MaskWork& source) {
  std::vector<UnitWork> work;
  NarrowWork band = source.make_band();
  while (!source.finished()) {
    source.next_band(band);
    const std::vector<UnitWork> numbers = numbers_of(band.band());
    work.insert(work.end(), numbers.begin(), numbers.end());
  }
  return work;
}

void expect_direct_work(const LayerCase& layer, std::size_t images, double density, std::uint32_t seed) {
  SCOPED_TRACE(layer.name + ", " + layer.folding);
  const traces::Network network =
      traces::Network::Builder("net", "in", layer.in).add("l", layer.op, {"in"}, "out").finish("out");
  // One image more than is asked for.
  const RandomTrace values(network, images + 1, seed, density);
  const TemporaryFolder folder;
  values.write(folder / "t.safetensors");
  const traces::Trace trace = traces::Trace::open(folder / "t.safetensors");
  const Plan plan = plan_of("defaults: {}\nlayers: {l: {" + layer.folding + "}}", network);
  const DotEngine& engine = std::get<DotEngine>(module(plan, "l").parameters);

  const ExpectedWork expected = direct_work(network, values, engine, images);
  const auto windows = images * static_cast<std::size_t>(engine.windows_per_image());
  ASSERT_EQ(expected.work.size(), windows * static_cast<std::size_t>(engine.array.units));
  for (const SimdLevel level : simd_levels()) {
    const auto source = MaskWork::make(engine, trace, Images{static_cast<std::int64_t>(images)}, level);
    const std::vector<UnitWork> work = all_bands(*source);
    ASSERT_EQ(work.size(), expected.work.size()) << name_of(level);
    const auto differ = std::mismatch(work.begin(), work.end(), expected.work.begin());
    if (differ.first != work.end()) {
      const std::int64_t at = differ.first - work.begin();
      ADD_FAILURE() << name_of(level) << ": unit " << at % engine.array.units << " of window "
                    << at / engine.array.units << " works " << *differ.first << " cycles, expected " << *differ.second;
    }
    EXPECT_EQ(source->totals().macs_done, expected.macs_done) << name_of(level);
    EXPECT_EQ(source->totals().dense_macs, expected.dense_macs) << name_of(level);
  }
}

}  // namespace millrace::test
