// The moment at which a stream needed most room, whatever the order in which its ends are told.
#include "sim/sizing/peak_watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace millrace::sim {
namespace {

using Edges = std::vector<std::int64_t>;

/// By definition: the words before the n-th that are not gone before its edge (or at it), and itself.
Peak expected(const Edges& pushes, const Edges& pops) {
  Peak peak;
  for (std::size_t word = 0; word < pushes.size(); ++word) {
    std::int64_t room = 1;
    std::int64_t held = 1;
    for (std::size_t before = 0; before < word; ++before) {
      room += pops[before] >= pushes[word] ? 1 : 0;
      held += pops[before] > pushes[word] ? 1 : 0;
    }
    peak.room = std::max(peak.room, room);
    if (held > peak.high_water) {
      peak.high_water = held;
      peak.word = static_cast<std::int64_t>(word);
      peak.edge = Cycle{pushes[word]};
    }
  }
  return peak;
}

TEST(PeakWatch, FindsTheFirstPeakAndTheRoom) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Edges pushes;
    Edges pops;
    std::int64_t pushed = 0;
    std::int64_t popped = 0;
    for (int word = 0; word < 30; ++word) {
      pushed += 1 + static_cast<std::int64_t>(random() % 4);
      popped = std::max(popped, pushed) + 1 + static_cast<std::int64_t>(random() % 4);
      pushes.push_back(pushed);
      pops.push_back(popped);
    }
    const StreamTiming stream("s", Depth{30}, Cycles{1});
    PeakWatch watch;
    // Either end may be told first, as long as a word is pushed before it is popped.
    std::size_t told_pushes = 0;
    std::size_t told_pops = 0;
    while (told_pops < pops.size()) {
      if (told_pushes < pushes.size() && (told_pops == told_pushes || random() % 2 == 0)) {
        watch.pushed(stream, Cycle{pushes[told_pushes++]});
      } else {
        watch.popped(stream, Cycle{pops[told_pops++]});
      }
    }
    const Peak peak = expected(pushes, pops);
    EXPECT_EQ(watch.peak().room, peak.room);
    EXPECT_EQ(watch.peak().high_water, peak.high_water);
    EXPECT_EQ(watch.peak().word, peak.word);
    EXPECT_EQ(watch.peak().edge, peak.edge);
  }
}

}  // namespace
}  // namespace millrace::sim
