// Clocks of units at every SIMD level against one unit after the other; and windows handed over with room behind them.
#include "modules/engine/unit_kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "modules/engine/unit_clocks.hpp"
#include "modules/engine/work_reader.hpp"
#include "tests/modules/support/vector_work.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {
namespace {

/// As UnitClocks has them, by the rules alone.
struct PlainUnits {
  explicit PlainUnits(std::size_t units) : now(units), busy(units), blocked(units) {}

  Cycle take(Cycle ready, std::span<const UnitWork> work) {
    Cycle taken;
    if (is_idle) {
      std::fill(now.begin(), now.end(), ready.edge());
      idle = ready.edge();
      is_idle = false;
    }
    for (std::size_t unit = 0; unit < now.size(); ++unit) {
      const std::int64_t begin = std::max(now[unit], ready.edge());
      taken = std::max(taken, Cycle{begin});
      now[unit] = begin + work[unit];
      busy[unit] += work[unit];
    }
    return taken;
  }
  void wait_for(Cycle freed) {
    for (std::size_t unit = 0; unit < now.size(); ++unit) {
      blocked[unit] += std::max<std::int64_t>(0, freed.edge() - now[unit]);
      now[unit] = std::max(now[unit], freed.edge());
    }
  }

  std::vector<std::int64_t> now;
  std::vector<std::int64_t> busy;
  std::vector<std::int64_t> blocked;
  std::int64_t idle = 0;
  bool is_idle = true;
};

class UnitClocksAtEveryLevel : public testing::TestWithParam<std::size_t> {};

TEST_P(UnitClocksAtEveryLevel, GoOnlyWhereOneUnitAfterTheOtherGoes) {
  const std::size_t units = GetParam();
  for (const SimdLevel level : simd_levels()) {
    SCOPED_TRACE(name_of(level));
    oracle::Random random(static_cast<std::uint32_t>(units));
    for (const UnitWork longest : {9U, 255U, 65'535U, 2'000'000'000U}) {
      constexpr std::size_t kWindows = 60;
      std::vector<UnitWork> work(kWindows * units);
      std::generate(work.begin(), work.end(), [&] { return random.between(1, longest); });
      VectorWork source(work, units);
      WorkReader reader(source, units);
      UnitClocks clocks(units, unit_kernels_of(level));
      PlainUnits plain(units);
      Cycle edge{3};
      for (std::size_t window = 0; window < kWindows; ++window) {
        edge += Cycles{random.between(0, 2 * longest)};
        ASSERT_EQ(clocks.take(edge, reader.next()), plain.take(edge, std::span(work).subspan(window * units, units)));
        const std::int64_t slowest = *std::max_element(plain.now.begin(), plain.now.end());
        ASSERT_EQ(clocks.slowest(), Cycle{slowest});
        if (window % 3 == 2) {
          // Between the fastest and beyond the slowest.
          const Cycle freed{slowest - static_cast<std::int64_t>(longest) +
                            std::int64_t{random.between(0, longest)} * 3 / 2};
          clocks.wait_for(freed);
          if (freed > edge) {
            plain.wait_for(freed);
          }
        }
      }
      for (std::size_t unit = 0; unit < units; ++unit) {
        EXPECT_EQ(clocks.busy(unit), Cycles{plain.busy[unit]}) << unit;
        EXPECT_EQ(clocks.blocked(unit), Cycles{plain.blocked[unit]}) << unit;
        EXPECT_EQ(clocks.starved(unit), Cycles{plain.now[unit] - plain.idle - plain.busy[unit] - plain.blocked[unit]});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Units, UnitClocksAtEveryLevel, testing::Values(1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 64, 75));

/// Bands of so many windows each, in numbers of one width, that end where their memory ends.
template <typename Number>
class ExactBands final : public WorkSource {
 public:
  ExactBands(std::size_t units, std::size_t windows) : numbers_(units * windows) {}
  WorkBand next_band() override {
    // Anew, so that what is read beyond the last band is not this one's.
    std::vector<Number> next(numbers_.size());
    std::iota(next.begin(), next.end(), static_cast<Number>(first_));
    first_ += next.size();
    numbers_ = std::move(next);
    return std::span<const Number>(numbers_);
  }

 private:
  std::vector<Number> numbers_;
  std::size_t first_ = 0;
};

template <typename Number>
void expect_windows_in_order() {
  for (const std::size_t units : {1, 3, 8, 20}) {
    for (const std::size_t windows : {1, 2, 9, 40}) {
      ExactBands<Number> source(units, windows);
      WorkReader reader(source, units);
      Number expected = 0;
      for (std::size_t window = 0; window < 3 * windows; ++window) {
        const WindowWork work = reader.next();
        ASSERT_EQ(std::size_t{1} << work.width, sizeof(Number));
        const auto* const numbers = static_cast<const Number*>(work.numbers);
        for (std::size_t unit = 0; unit < units; ++unit) {
          ASSERT_EQ(numbers[unit], expected++) << units << " units, window " << window << " of " << windows;
        }
        // Under a sanitizer, this fails where there is nothing to read.
        volatile Number beyond = numbers[units + kUnitLanes - 1];
        static_cast<void>(beyond);
      }
    }
  }
}

TEST(WorkReader, HandsOverWindowsInOrderWithRoomBehindThem) {
  expect_windows_in_order<std::uint8_t>();
  expect_windows_in_order<std::uint16_t>();
  expect_windows_in_order<std::uint32_t>();
}

}  // namespace
}  // namespace millrace
