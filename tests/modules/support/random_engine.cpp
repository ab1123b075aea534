#include "tests/modules/support/random_engine.hpp"

namespace millrace {
namespace {

ServiceTimes times(std::size_t count, std::uint32_t most, oracle::Random& random) {
  ServiceTimes times(count);
  for (std::uint32_t& time : times) {
    time = random.chance(3) ? 5 * most : random.between(1, most);
  }
  return times;
}

SlidingWindowParameters random_walker(oracle::Random& random) {
  WindowShape shape;
  shape.kernel = random.pick<std::int64_t>({1, 2, 3, 5});
  shape.stride = random.between(1, 3);
  shape.pad_top = random.below(4);
  shape.pad_left = random.below(4);
  shape.pad_bottom = random.below(4);
  shape.pad_right = random.below(4);
  shape.height = random.between(5, 8);
  shape.width = random.between(5, 8);
  return {shape, random.between(1, 4), 1};
}

}  // namespace

EngineCase random_engine(oracle::Random& random) {
  EngineCase engine;
  engine.images = random.between(1, 3);
  engine.dot.units = random.pick<std::int64_t>({1, 2, 3, 8});
  engine.dot.words_per_accumulation = random.pick<std::int64_t>({1, 1, 2, 5});
  engine.dot.pixel_buffers = random.pick<std::int64_t>({1, 2, 2, 3, 100});
  engine.dot.lock_step = random.chance(30);
  engine.input = {Depth{random.pick<std::int64_t>({1, 2, 5})}, Cycles{random.pick<std::int64_t>({1, 1, 4})}};
  engine.queue = {Depth{random.pick<std::int64_t>({1, 2, 3, 4, 40})}, Cycles{random.pick<std::int64_t>({1, 1, 3})}};
  engine.output = {Depth{random.pick<std::int64_t>({1, 2, 2, 5})}, dot_array_latency(random.between(1, 9), 2)};
  std::size_t words = 0;
  if (random.chance(75)) {
    engine.walker = random_walker(random);
    std::int64_t windows = 0;
    for (const WalkStep& step : walk_of(*engine.walker)) {
      words += step.pops ? 1 : 0;
      windows += step.pushes ? 1 : 0;
    }
    // The beats of a pixel are one accumulation, or one each as in a depthwise layer.
    engine.dot.windows_per_accumulation = random.chance(70) ? engine.walker->beats : 1;
    engine.dot.accumulations = windows / engine.dot.windows_per_accumulation;
  } else {
    engine.dot.windows_per_accumulation = random.between(1, 6);
    engine.dot.accumulations = random.between(1, 20);
    words = engine.windows() / static_cast<std::size_t>(engine.images);
  }
  engine.source = times(words * static_cast<std::size_t>(engine.images), random.pick<std::uint32_t>({1, 1, 6}), random);
  engine.work = times(engine.windows() * static_cast<std::size_t>(engine.dot.units),
                      random.pick<std::uint32_t>({1, 4, 9, 30}), random);
  engine.sink = times(engine.outputs(), random.pick<std::uint32_t>({1, 1, 5}), random);
  return engine;
}

}  // namespace millrace
