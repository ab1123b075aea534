// Jobs on several threads, and values that are made once for all of them.
#include "sim/validation/job_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stdexcept>

#include "sim/validation/once_map.hpp"

namespace millrace::sim {
namespace {

class JobListTest : public testing::TestWithParam<std::size_t> {};

TEST_P(JobListTest, DoesEveryJobOnceAndCounts) {
  constexpr std::size_t kJobs = 50;
  std::vector<std::atomic<int>> times(kJobs);
  std::vector<Job> jobs;
  for (std::size_t job = 0; job < kJobs; ++job) {
    jobs.emplace_back([&times, job] { ++times[job]; });
  }
  std::vector<std::size_t> counted;
  do_all(jobs, GetParam(), [&](std::size_t done) { counted.push_back(done); });
  EXPECT_TRUE(std::all_of(times.begin(), times.end(), [](const std::atomic<int>& done) { return done == 1; }));
  std::vector<std::size_t> all(kJobs);
  std::iota(all.begin(), all.end(), std::size_t{1});
  EXPECT_EQ(counted, all);
}

TEST_P(JobListTest, ThrowsWhatAJobThrows) {
  const std::vector<Job> jobs = {[] {}, [] { throw std::runtime_error("this one"); }, [] {}};
  try {
    do_all(jobs, GetParam(), [](std::size_t) {});
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "this one");
  }
}

TEST_P(JobListTest, HasNothingToDoWithoutJobs) {
  do_all({}, GetParam(), [](std::size_t) { FAIL(); });
}

INSTANTIATE_TEST_SUITE_P(Threads, JobListTest, testing::Values(1, 2, 7));

TEST(OnceMap, MakesAValueOnce) {
  OnceMap<int, int> map;
  std::atomic<int> made = 0;
  std::atomic<int> sum = 0;
  const Job job = [&] {
    sum += *map.get(3, [&] {
      ++made;
      return 5;
    });
  };
  do_all(std::vector<Job>(20, job), 4, [](std::size_t) {});
  EXPECT_EQ(made, 1);
  EXPECT_EQ(sum, 100);
  map.forget(3);
  job();
  EXPECT_EQ(made, 2);
}

TEST(OnceMap, TellsEverybodyWhyThereIsNone) {
  OnceMap<int, int> map;
  const auto fail = []() -> int { throw std::runtime_error("no"); };
  EXPECT_THROW(map.get(1, fail), std::runtime_error);
  EXPECT_THROW(map.get(1, [] { return 1; }), std::runtime_error);
  EXPECT_EQ(*map.get(2, [] { return 2; }), 2);
}

}  // namespace
}  // namespace millrace::sim
