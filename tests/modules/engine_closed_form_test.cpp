// Closed forms of one engine with deep streams, without recursion over the edges of the units.
//
// a(k) is the edge at which window k may be popped, S_u(k) the work on it, B windows make an accumulation, R words come
// of one, A accumulations in all. The units are never late for a reason of their own if R <= B, for S >= 1: the drain
// is through with an accumulation before the next one ends.
//
// Lock step:  end(p)   = max over j <= last window k of p of ( a(j) + sum over j..k of max over u of S_u )
// Unbounded:  end_u(p) = max over j <= k of               ( a(j) + sum over j..k of S_u ),   end(p) = max over u of
// end_u(p)
//             first push of p = end(p) + 1, the others one an edge behind it.
// If the windows come at least as fast as they are worked, j = 0 is the maximum: end = a(0) + sum, the fill being a(0).
// With one pixel buffer, lock step and R words each: p waits for R more edges of each accumulation before it.
//
// Fill: the source pushes word i at i + 1. A window straight from the source: a(k) = k + 2. Walked: with i0 positions
// before the first real one, the walker is at position i from i on, until i0, and from then on late by max(0, 2 - i0);
// it pushes the window at the end of its position, and a is one edge behind: a = i + 2 [+ max(0, 2 - i0)].
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/modules/support/engine_recurrence.hpp"
#include "tests/modules/support/worklist_graph.hpp"

namespace millrace {
namespace {

constexpr std::int64_t kDeep = 10'000;
constexpr std::int64_t kLatency = 4;

std::vector<UnitWork> random_work(std::size_t count, UnitWork least, UnitWork most, oracle::Random& random) {
  std::vector<UnitWork> work(count);
  for (UnitWork& cycles : work) {
    cycles = random.between(least, most);
  }
  return work;
}

/// Deep streams, a source and a sink of one cycle a word.
EngineCase deep_engine(DotArrayParameters dot, std::optional<SlidingWindowParameters> walker, std::int64_t images) {
  EngineCase engine;
  engine.images = images;
  engine.walker = walker;
  engine.dot = dot;
  engine.input.depth = Depth{kDeep};
  engine.queue.depth = Depth{kDeep};
  engine.output = {Depth{kDeep}, Cycles{kLatency}};
  std::size_t words = engine.windows();
  if (walker) {
    words = static_cast<std::size_t>(images * walker->shape.height * walker->shape.width * walker->beats);
  }
  engine.source = ServiceTimes(words, 1);
  engine.sink = ServiceTimes(engine.outputs(), 1);
  return engine;
}

/// a(k), in closed form.
Edges window_arrivals(const EngineCase& engine) {
  Edges arrivals;
  if (!engine.walker) {
    for (std::size_t window = 0; window < engine.windows(); ++window) {
      arrivals.push_back(static_cast<std::int64_t>(window) + 2);
    }
    return arrivals;
  }
  const std::vector<WalkStep> walk = walk_of(*engine.walker);
  const auto first_real = std::find_if(walk.begin(), walk.end(), [](const WalkStep& step) { return step.pops; });
  const std::int64_t before_data = first_real - walk.begin();
  const std::int64_t late = std::max<std::int64_t>(0, 2 - before_data);
  std::int64_t position = 0;
  for (std::int64_t image = 0; image < engine.images; ++image) {
    for (const WalkStep& step : walk) {
      if (step.pushes) {
        arrivals.push_back(position + 2 + (position < before_data ? 0 : late));
      }
      ++position;
    }
  }
  return arrivals;
}

/// max over j of (a(j) + sum of works j..k), k being the last window of each accumulation.
Edges ends_of(const Edges& arrivals, const Edges& works, std::int64_t windows_per_accumulation) {
  Edges ends;
  const std::size_t step = static_cast<std::size_t>(windows_per_accumulation);
  for (std::size_t last = step - 1; last < works.size(); last += step) {
    std::int64_t sum = 0;
    std::int64_t end = 0;
    for (std::size_t from = last + 1; from-- > 0;) {
      sum += works[from];
      end = std::max(end, arrivals[from] + sum);
    }
    ends.push_back(end);
  }
  return ends;
}

Edges works_of_unit(const EngineCase& engine, std::size_t unit) {
  Edges works;
  for (std::size_t window = 0; window < engine.windows(); ++window) {
    works.push_back(engine.work[window * static_cast<std::size_t>(engine.dot.units) + unit]);
  }
  return works;
}

Edges elementwise_max(Edges a, const Edges& b) {
  for (std::size_t k = 0; k < b.size(); ++k) {
    a[k] = std::max(a[k], b[k]);
  }
  return a;
}

/// end(p) of the slowest unit.
Edges accumulation_ends(const EngineCase& engine) {
  const Edges arrivals = window_arrivals(engine);
  Edges slowest(engine.windows());
  Edges ends(engine.windows() / static_cast<std::size_t>(engine.dot.windows_per_accumulation));
  for (std::size_t unit = 0; unit < static_cast<std::size_t>(engine.dot.units); ++unit) {
    const Edges works = works_of_unit(engine, unit);
    slowest = elementwise_max(slowest, works);
    ends = elementwise_max(ends, ends_of(arrivals, works, engine.dot.windows_per_accumulation));
  }
  return engine.dot.lock_step ? ends_of(arrivals, slowest, engine.dot.windows_per_accumulation) : ends;
}

Edges pushes_of(const Edges& ends, std::int64_t words_per_accumulation) {
  Edges pushes;
  for (const std::int64_t end : ends) {
    for (std::int64_t word = 0; word < words_per_accumulation; ++word) {
      pushes.push_back(end + 1 + word);
    }
  }
  return pushes;
}

/// Both forms, each with both ways of popping.
void expect_closed_form(EngineCase engine) {
  for (const bool lock_step : {true, false}) {
    engine.dot.lock_step = lock_step;
    engine.dot.pixel_buffers = lock_step ? 2 : kDeep;
    const Outcome outcome = WorklistGraph(graph_of(engine)).run(Pace::kRunAhead);
    ASSERT_TRUE(outcome.completed);
    const Edges expected = pushes_of(accumulation_ends(engine), engine.dot.words_per_accumulation);
    ASSERT_EQ(outcome.streams.back().pushes, expected);
    EXPECT_EQ(outcome.last_edges.back(), expected.back() + kLatency + 1) << "of the sink";
  }
}

struct Pads {
  std::int64_t top, left, bottom, right;
};

TEST(EngineClosedForm, HoldsBehindEverySlidingWindow) {
  oracle::Random random(4);
  for (const std::int64_t kernel : {1, 2, 3, 5}) {
    for (const std::int64_t stride : {1, 2, 3}) {
      for (const Pads pads :
           {Pads{0, 0, 0, 0}, Pads{1, 1, 1, 1}, Pads{0, 1, 0, 0}, Pads{2, 0, 1, 3}, Pads{0, 2, 3, 0}}) {
        for (const std::int64_t beats : {1, 3}) {
          for (const std::int64_t units : {1, 6}) {
            const SlidingWindowParameters walker{
                {6, 5, kernel, stride, pads.top, pads.left, pads.bottom, pads.right}, beats, 1};
            const std::int64_t pixels = walker.shape.out_height() * walker.shape.out_width();
            const DotArrayParameters dot{units, pixels, beats, random.between(1, static_cast<std::uint32_t>(beats))};
            EngineCase engine = deep_engine(dot, walker, 2);
            const std::uint32_t most = random.pick<std::uint32_t>({1, 2, 7, 30});
            engine.work = random_work(engine.windows() * static_cast<std::size_t>(units), 1, most, random);
            expect_closed_form(engine);
          }
        }
      }
    }
  }
}

TEST(EngineClosedForm, HoldsWithoutSlidingWindow) {
  oracle::Random random(5);
  for (const std::int64_t units : {1, 2, 3, 16}) {
    for (const std::int64_t beats : {1, 2, 5}) {
      for (std::int64_t words = 1; words <= beats; ++words) {
        for (const UnitWork most : {1U, 3U, 20U}) {
          EngineCase engine = deep_engine({units, 30, beats, words}, std::nullopt, 3);
          engine.work = random_work(engine.windows() * static_cast<std::size_t>(units), 1, most, random);
          expect_closed_form(engine);
        }
      }
    }
  }
}

/// The two sums that comparisons of accelerators rest on, with the fill: two edges to the first window (the source's
/// work, the stream's latency), one to the drain, R - 1 to the last of its words.
TEST(EngineClosedForm, LockStepIsTheSumOfMaximaAndUnboundedTheMaximumOfSums) {
  oracle::Random random(6);
  constexpr std::int64_t kUnits = 4;
  constexpr std::int64_t kWords = 2;
  EngineCase engine = deep_engine({kUnits, 25, 3, kWords}, std::nullopt, 2);
  engine.work = random_work(engine.windows() * kUnits, 1, 9, random);
  std::int64_t sum_of_maxima = 0;
  Edges sums(kUnits);
  for (std::size_t window = 0; window < engine.windows(); ++window) {
    const auto works = engine.work.begin() + static_cast<std::ptrdiff_t>(window) * kUnits;
    sum_of_maxima += *std::max_element(works, works + kUnits);
    for (std::size_t unit = 0; unit < kUnits; ++unit) {
      sums[unit] += works[static_cast<std::ptrdiff_t>(unit)];
    }
  }
  const auto last_push = [&](bool lock_step, std::int64_t pixel_buffers) {
    engine.dot.lock_step = lock_step;
    engine.dot.pixel_buffers = pixel_buffers;
    return WorklistGraph(graph_of(engine)).run(Pace::kRunAhead).streams.back().pushes.back();
  };
  EXPECT_EQ(last_push(true, 2), 2 + sum_of_maxima + 1 + kWords - 1);
  EXPECT_EQ(last_push(true, kDeep), 2 + sum_of_maxima + 1 + kWords - 1);
  EXPECT_EQ(last_push(false, kDeep), 2 + *std::max_element(sums.begin(), sums.end()) + 1 + kWords - 1);
  // The only bank is emptied before the units go on, at the edge of its last word.
  EXPECT_EQ(last_push(true, 1), 2 + sum_of_maxima + 50 * kWords);
}

TEST(EngineClosedForm, SlowUnitsHideTheWalk) {
  oracle::Random random(7);
  const SlidingWindowParameters walker{{6, 6, 3, 2, 1, 1, 0, 0}, 2, 1};
  EngineCase engine = deep_engine({3, 9, 2, 1}, walker, 2);
  // More than the walk between any two windows, the end of one image and the start of the next included.
  engine.work = random_work(engine.windows() * 3, 80, 120, random);
  engine.dot.lock_step = true;
  std::int64_t sum = 0;
  for (auto works = engine.work.begin(); works != engine.work.end(); works += 3) {
    sum += *std::max_element(works, works + 3);
  }
  // The first window ends at the third of seven columns and rows, beat 0.
  const std::int64_t fill = (2 * 7 + 2) * 2 + 2;
  const Outcome outcome = WorklistGraph(graph_of(engine)).run(Pace::kRunAhead);
  EXPECT_EQ(outcome.streams.back().pushes.back(), fill + sum + 1);
}

TEST(EngineClosedForm, LatencyOfTheDatapath) {
  EXPECT_EQ(dot_array_latency(1, 1), Cycles{2});
  EXPECT_EQ(dot_array_latency(2, 1), Cycles{3});
  EXPECT_EQ(dot_array_latency(3, 1), Cycles{4});
  EXPECT_EQ(dot_array_latency(4, 1), Cycles{4});
  EXPECT_EQ(dot_array_latency(5, 1), Cycles{5});
  EXPECT_EQ(dot_array_latency(9, 8), Cycles{9});
  EXPECT_EQ(dot_array_latency(1, 3), Cycles{4});
}

}  // namespace
}  // namespace millrace
