#include "tests/modules/support/random_graph.hpp"

#include <algorithm>

#include "modules/engine/global_pool.hpp"
#include "modules/engine/pool.hpp"
#include "modules/engine/sliding_window.hpp"
#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/concat.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/rebundle.hpp"
#include "modules/route/subsample.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {
namespace {

class Builder {
 public:
  explicit Builder(std::uint64_t seed) : random_(seed) {}

  RandomGraph build() {
    built_.memory = {random_.between(1, 4), Cycles{random_.below(12)}};
    const bool has_memory = random_.chance(60);
    last_ = any_stream();
    if (has_memory) {
      built_.graph.add_reader(last_, dma(0), images_);
    } else {
      built_.graph.add_source(last_, times(random_.pick<std::uint32_t>({1, 4})));
    }
    for (std::uint32_t stage = random_.between(1, 5); stage > 0; --stage) {
      if (random_.chance(15)) {
        add_concat_block();
      } else if (random_.chance(25)) {
        add_block();
      } else {
        add_stage();
      }
    }
    if (random_.chance(20)) {
      append<GlobalPool>(GlobalPoolParameters{height_ * width_, beats()});
      height_ = width_ = 1;
    }
    if (has_memory) {
      built_.graph.add_writer(last_, dma(1 << 20), images_);
    } else {
      built_.graph.add_sink(last_, times(random_.pick<std::uint32_t>({1, 4})));
    }
    return std::move(built_);
  }

 private:
  std::int64_t beats() const { return channels_ / lanes_; }
  std::int64_t words() const { return height_ * width_ * beats(); }

  std::size_t any_stream() { return built_.graph.stream(random_.between(1, 4), random_.chance(20) ? 3 : 1); }

  std::int64_t divisor_of_channels() {
    std::vector<std::int64_t> divisors;
    for (std::int64_t divisor = 1; divisor <= channels_; ++divisor) {
      if (channels_ % divisor == 0) {
        divisors.push_back(divisor);
      }
    }
    return random_.pick(divisors);
  }

  ServiceTimes times(std::uint32_t most) {
    ServiceTimes times(static_cast<std::size_t>(images_.count * words()));
    std::generate(times.begin(), times.end(), [&] { return random_.between(1, most); });
    return times;
  }

  DmaParameters dma(std::uint64_t address) {
    return {words(), lanes_, lanes_, random_.between(1, 24), random_.between(1, 3), address};
  }

  template <template <typename> class Kind, typename Parameters>
  void append(Parameters parameters) {
    const auto out = any_stream();
    built_.graph.template add<Kind>({last_}, {out}, parameters, images_);
    last_ = out;
  }

  void add_stage() {
    switch (random_.below(6)) {
      case 0:
        append<Subsample>(SubsampleParameters{height_, width_, beats(), 2});
        height_ = (height_ + 1) / 2;
        width_ = (width_ + 1) / 2;
        break;
      case 1: {
        const std::int64_t before = random_.below(2);
        const std::int64_t after = random_.below(3);
        append<ChannelPad>(ChannelPadParameters{height_ * width_, lanes_, before, beats(), after});
        channels_ += (before + after) * lanes_;
        break;
      }
      case 2: {
        const std::int64_t lanes = divisor_of_channels();
        append<Rebundle>(RebundleParameters{height_ * width_, channels_, lanes_, lanes});
        lanes_ = lanes;
        break;
      }
      case 3:
        add_pointwise();
        break;
      case 4:
        add_window();
        append<Pool>(PoolParameters{{height_, width_, 1, 1}, beats(), lanes_, PoolKind::kMax, {0, height_, 0, width_}});
        break;
      default:
        add_engine();
    }
  }

  void add_pointwise() {
    const auto out = any_stream();
    built_.graph.add_pointwise(last_, out, PointwiseParameters{words()}, images_);
    last_ = out;
  }

  void add_window() {
    if (random_.chance(70)) {
      WindowShape shape{height_,          width_,          1, random_.between(1, 2), random_.below(3), random_.below(3),
                        random_.below(3), random_.below(3)};
      shape.kernel = random_.between(
          1, static_cast<std::uint32_t>(std::min<std::int64_t>({3, shape.padded_height(), shape.padded_width()})));
      append<SlidingWindow>(SlidingWindowParameters{shape, beats(), lanes_});
      height_ = shape.out_height();
      width_ = shape.out_width();
    }
  }

  void add_engine() {
    add_window();
    add_dot_array();
  }

  void add_dot_array() {
    DotArrayParameters parameters;
    parameters.units = random_.between(1, 4);
    parameters.accumulations = height_ * width_;
    parameters.windows_per_accumulation = beats();
    parameters.words_per_accumulation = random_.between(1, 3);
    parameters.pixel_buffers = random_.between(1, 3);
    parameters.lock_step = random_.chance(30);
    std::vector<UnitWork> work(static_cast<std::size_t>(images_.count * words() * parameters.units));
    const std::uint32_t most = random_.pick<std::uint32_t>({1, 3, 12});
    std::generate(work.begin(), work.end(), [&] { return random_.between(1, most); });
    const auto out = any_stream();
    built_.graph.add_dot_array(last_, out, parameters, images_, std::move(work));
    last_ = out;
    lanes_ = random_.between(1, 3);
    channels_ = parameters.words_per_accumulation * lanes_;
  }

  /// Fork, an engine that keeps the shape, and Add.
  void add_block() {
    const bool is_long_enough = random_.chance(90);
    const auto main = any_stream();
    const auto shortcut = built_.graph.stream(is_long_enough ? images_.count * words() : random_.between(1, 6));
    built_.graph.add<Fork>({last_}, {main, shortcut}, ForkParameters{words()}, images_);
    last_ = main;
    append<SlidingWindow>(SlidingWindowParameters{{height_, width_, 3, 1, 1, 1, 1, 1}, beats(), lanes_});
    const auto sum = any_stream();
    built_.graph.add<Add>({last_, shortcut}, {sum}, AddParameters{words()}, images_);
    last_ = sum;
  }

  /// Fork, a window that keeps the shape beside nothing at all, and Concat, in either order.
  void add_concat_block() {
    const bool is_long_enough = random_.chance(90);
    const auto main = any_stream();
    const auto shortcut = built_.graph.stream(is_long_enough ? images_.count * words() : random_.between(1, 6));
    built_.graph.add<Fork>({last_}, {main, shortcut}, ForkParameters{words()}, images_);
    last_ = main;
    append<SlidingWindow>(SlidingWindowParameters{{height_, width_, 3, 1, 1, 1, 1, 1}, beats(), lanes_});
    std::vector<std::size_t> inputs{last_, shortcut};
    random_.shuffle(inputs);
    last_ = any_stream();
    built_.graph.add<Concat>(inputs, {last_}, ConcatParameters{height_ * width_, {beats(), beats()}}, images_);
    channels_ *= 2;
  }

  oracle::Random random_;
  RandomGraph built_;
  Images images_{random_.between(1, 3)};
  std::size_t last_ = 0;
  std::int64_t height_ = random_.between(1, 7);
  std::int64_t width_ = random_.between(1, 7);
  std::int64_t channels_ = random_.pick<std::int64_t>({1, 2, 4, 6});
  std::int64_t lanes_ = divisor_of_channels();
};

}  // namespace

RandomGraph random_graph(std::uint64_t seed) {
  return Builder(seed).build();
}

}  // namespace millrace
