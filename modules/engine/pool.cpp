#include "modules/engine/pool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

/// Taps of a window along one side that are counted: [begin, end) of 0 .. kernel - 1.
struct Taps {
  std::int64_t begin;
  std::int64_t end;
};

Taps counted_taps(std::int64_t first, std::int64_t kernel, std::int64_t begin, std::int64_t end) {
  return {std::clamp<std::int64_t>(begin - first, 0, kernel), std::clamp<std::int64_t>(end - first, 0, kernel)};
}

/// Of nothing it is 0; no legal layer has a window that looks at nothing.
std::int32_t rounded_mean(std::int64_t sum, std::int64_t count) {
  if (count == 0) {
    return 0;
  }
  const std::int64_t twice = 2 * sum + count;
  const std::int64_t whole = 2 * count;
  return static_cast<std::int32_t>(twice >= 0 ? twice / whole : -((whole - 1 - twice) / whole));
}

template <typename Word>
Word reduced(const PoolParameters& parameters, std::int64_t window, const Word& word);

template <>
Timing reduced<Timing>(const PoolParameters&, std::int64_t, const Timing&) {
  return {};
}

template <>
Values reduced<Values>(const PoolParameters& parameters, std::int64_t window, const Values& word) {
  const WindowShape& shape = parameters.shape;
  const MapRegion& counted = parameters.counted;
  const std::int64_t pixel = window / parameters.beats;
  const Taps rows =
      counted_taps(pixel / shape.out_width() * shape.stride, shape.kernel, counted.row_begin, counted.row_end);
  const Taps columns =
      counted_taps(pixel % shape.out_width() * shape.stride, shape.kernel, counted.column_begin, counted.column_end);
  Values result;
  for (std::int64_t lane = 0; lane < parameters.lanes; ++lane) {
    std::int64_t sum = 0;
    std::int32_t largest = std::numeric_limits<std::int32_t>::min();
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
      for (std::int64_t column = columns.begin; column < columns.end; ++column) {
        const std::int64_t index = (row * shape.kernel + column) * parameters.lanes + lane;
        const std::int32_t value = word.lanes[static_cast<std::size_t>(index)];
        sum += value;
        largest = std::max(largest, value);
      }
    }
    const std::int64_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
    result.lanes.push_back(parameters.kind == PoolKind::kMax ? largest : rounded_mean(sum, count));
  }
  return result;
}

}  // namespace

template <typename Word>
Pool<Word>::Pool(std::string name, PoolParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Pool"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return reduce(self); });
}

template <typename Word>
Body Pool<Word>::reduce(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    std::int64_t window = 0;
    co_await pass(self, in_, out_, parameters_.windows(),
                  [&](const Word& word) { return reduced(parameters_, window++, word); });
    self.end_image();
  }
}

template class Pool<Timing>;
template class Pool<Values>;

}  // namespace millrace
