#include "sim/statistics/moving_spread.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "sim/work/group_layout.hpp"
#include "sim/work/window_groups.hpp"

namespace millrace::sim {
namespace {

/// X: of window t all lanes behind each other.
struct ZeroSeries {
  std::size_t lanes = 1;
  std::vector<std::int32_t> zeros;

  std::size_t windows() const { return zeros.size() / lanes; }
  std::span<const std::int32_t> window(std::size_t t) const { return std::span(zeros).subspan(t * lanes, lanes); }
};

ZeroSeries zero_series(const DotEngine& engine, const traces::Trace& trace, Images images) {
  const GroupLayout layout(engine);
  WindowGroups groups(engine, trace.activation_mask(engine.input));
  ZeroSeries series{static_cast<std::size_t>(layout.lane_units), {}};
  series.zeros.reserve(static_cast<std::size_t>(images.count * engine.windows_per_image() * layout.lane_units));
  const auto add_pixel = [&] {
    for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
      for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
        const std::span<const std::uint64_t> words = groups.of(beat, lane);
        const auto set = [](std::int64_t bits, std::uint64_t word) { return bits + std::popcount(word); };
        const std::int64_t survivors = std::accumulate(words.begin(), words.end(), std::int64_t{0}, set);
        series.zeros.push_back(static_cast<std::int32_t>(layout.pairs - survivors));
      }
    }
  };
  for (std::int64_t image = 0; image < images.count; ++image) {
    for (std::int64_t row = 0; row < engine.window.out_height(); ++row) {
      for (std::int64_t column = 0; column < engine.window.out_width(); ++column) {
        groups.gather(image, row, column);
        add_pixel();
      }
    }
  }
  return series;
}

/// D(n). The mean of a lane times n is taken off its sum of n windows, so there is one division, at the end.
double spread(const ZeroSeries& series, std::size_t length) {
  std::vector<double> drift(series.lanes);
  std::vector<double> mean(series.lanes);
  const std::size_t windows = series.windows();
  for (std::size_t t = 0; t < windows; ++t) {
    for (std::size_t lane = 0; lane < series.lanes; ++lane) {
      mean[lane] += static_cast<double>(series.window(t)[lane]) / static_cast<double>(windows);
    }
  }
  double sum = 0.0;
  for (std::size_t t = 0; t < windows; ++t) {
    for (std::size_t lane = 0; lane < series.lanes; ++lane) {
      const double left = t < length ? mean[lane] : static_cast<double>(series.window(t - length)[lane]);
      drift[lane] += static_cast<double>(series.window(t)[lane]) - left;
    }
    if (t + 1 >= length) {
      const auto [least, most] = std::minmax_element(drift.begin(), drift.end());
      sum += *most - *least;
    }
  }
  return sum / static_cast<double>(windows - length + 1) / static_cast<double>(length);
}

}  // namespace

std::vector<MovingSpread> moving_spread(const DotEngine& engine, const traces::Trace& trace, Images images,
                                        std::span<const std::int64_t> lengths) {
  const ZeroSeries series = zero_series(engine, trace, images);
  std::vector<MovingSpread> spreads;
  for (const std::int64_t length : lengths) {
    if (static_cast<std::size_t>(length) <= series.windows()) {
      spreads.push_back({length, spread(series, static_cast<std::size_t>(length))});
    }
  }
  return spreads;
}

}  // namespace millrace::sim
