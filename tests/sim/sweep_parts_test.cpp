#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <set>
#include <stdexcept>

#include "sim/folding/fold.hpp"
#include "sim/plan/plan_block_rams.hpp"
#include "sim/studies/opened_study.hpp"
#include "sim/sweep/pareto.hpp"
#include "sim/sweep/point_row.hpp"
#include "sim/sweep/result_columns.hpp"
#include "sim/sweep/slurm.hpp"
#include "sim/sweep/work_groups.hpp"
#include "tests/sim/source_folder.hpp"
#include "tests/sim/study_text.hpp"
#include "tests/traces/error_message.hpp"

namespace millrace::sim {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Points = std::vector<std::size_t>;

TEST(PointRow, IsReadAsItWasWritten) {
  const PointRow ok{41, PointStatus::kOk, "", std::vector<std::string>(result_columns().size(), "1.5")};
  const PointRow illegal{0, PointStatus::kIllegal, "a \"quoted\"\nreason, \xC3\xA4", {}};
  EXPECT_EQ(read_row(write_row(ok)), ok);
  EXPECT_EQ(read_row(write_row(illegal)), illegal);
  EXPECT_EQ(std::ranges::count(write_row(illegal), '\n'), 1) << "a row is a line";
}

TEST(PointRow, IsNothingUnlessItIsWhole) {
  const std::string text = write_row({7, PointStatus::kDeadlock, "why", {}});
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    EXPECT_EQ(read_row(text.substr(0, size)), std::nullopt) << text.substr(0, size);
  }
  EXPECT_EQ(read_row(R"({"point":1,"status":"fine","reason":"","results":[]})"), std::nullopt);
  EXPECT_EQ(read_row(R"({"point":0,"status":"ok","reason":"","results":[]})"), std::nullopt);
  EXPECT_EQ(read_row(R"({"point":1,"status":"ok","reason":"","results":["1"]})"), std::nullopt);
}

class WorkGroups : public testing::Test {
 protected:
  /// Points 0, 3, 6, 9, .. have one work, 1, 4, .. another, 2, 5, .. the third.
  WorkGroups()
      : study_(folder_,
               "accelerator: a.yaml\naxes: [{set: depth, range: {from: 1, to: 10}}, {set: macs, values: [1, 2, 3]}]",
               residual_network()) {}

  std::vector<Points> groups(const Points& points, std::size_t at_least) const {
    return group_by_work(study_.points, points, at_least);
  }
  Points share(std::size_t number, std::size_t count) const {
    Points all(study_.points.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return share_of(study_.points, all, {number, count});
  }

 private:
  StudyFolder folder_;
  StudyPoints study_;
};

TEST_F(WorkGroups, HoldEqualWork) {
  EXPECT_THAT(groups({0, 1, 2, 3, 4, 7}, 1), ElementsAre(Points{0, 3}, Points{1, 4, 7}, Points{2}));
  EXPECT_THAT(groups({}, 4), IsEmpty());
}

TEST_F(WorkGroups, AreCutIfThereAreTooFew) {
  EXPECT_THAT(groups({0, 3, 6, 9, 12}, 2), ElementsAre(Points{0, 6, 12}, Points{3, 9}));
  EXPECT_THAT(groups({0, 3, 6, 1}, 4), ElementsAre(Points{0, 6}, Points{3}, Points{1}));
  EXPECT_THAT(groups({0, 3}, 50), ElementsAre(Points{0}, Points{3}));
}

TEST_F(WorkGroups, AreSharedSoThatEachPointIsInOneShare) {
  std::multiset<std::size_t> met;
  for (std::size_t number = 1; number <= 4; ++number) {
    for (const std::size_t point : share(number, 4)) {
      met.insert(point);
    }
  }
  EXPECT_EQ(met.size(), 30);
  EXPECT_EQ(std::set<std::size_t>(met.begin(), met.end()).size(), 30);
  EXPECT_EQ(share(1, 3), (Points{0, 3, 6, 9, 12, 15, 18, 21, 24, 27})) << "work is not counted twice without need";
}

TEST(Shares, AreReadOfTwoNumbers) {
  EXPECT_EQ(read_share("2/8").number, 2);
  EXPECT_EQ(read_share("2/8").count, 8);
  for (const char* text : {"", "/", "0/3", "4/3", "1", "1/", "a/2", "1/2/3", "1/2x"}) {
    EXPECT_THROW(read_share(text), std::invalid_argument) << text;
  }
}

TEST(PointLists, AreReadAsTheyAreWritten) {
  EXPECT_EQ(write_points({0, 1, 2, 6, 8, 9}), "1-3,7,9-10");
  EXPECT_EQ(read_points("1-3,7,9-10", 10), (Points{0, 1, 2, 6, 8, 9}));
  EXPECT_EQ(read_points("5", 10), Points{4});
}

TEST(PointLists, MustNamePointsThatAreThere) {
  for (const char* text : {"", "0", "3-2", "11", "1-11", "a", "1,", "1-", "-1", "1 2"}) {
    EXPECT_THROW(read_points(text, 10), std::invalid_argument) << text;
  }
}

TEST(ParetoFront, IsWhatNobodyBeats) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<double>> costs(1 + random() % 30);
    for (std::vector<double>& cost : costs) {
      cost = {static_cast<double>(random() % 6), static_cast<double>(random() % 6), static_cast<double>(random() % 3)};
    }
    const std::vector<bool> front = pareto_front(costs);
    for (std::size_t row = 0; row < costs.size(); ++row) {
      const bool is_beaten = std::ranges::any_of(costs, [&](const std::vector<double>& other) {
        bool lower = false;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          if (other[axis] > costs[row][axis]) {
            return false;
          }
          lower = lower || other[axis] < costs[row][axis];
        }
        return lower;
      });
      EXPECT_EQ(front[row], !is_beaten);
    }
  }
}

TEST(ParetoFront, IsOfColumnsWithABetterEnd) {
  const Objectives objectives = read_objectives("dsps,images_per_second");
  ASSERT_EQ(objectives.size(), 2);
  EXPECT_EQ(result_columns()[objectives[0]].name, "dsps");
  EXPECT_EQ(result_columns()[objectives[1]].better, Better::kHigher);
  EXPECT_THROW(read_objectives("bottleneck"), std::invalid_argument);
  EXPECT_THROW(read_objectives("dsps,"), std::invalid_argument);
  EXPECT_THROW(read_objectives(""), std::invalid_argument);
}

TEST(PlanBlockRams, AreThoseThatFoldingCountsOn) {
  for (const char* name : {"traces/digits-resnet.safetensors", "workloads/mnist/network.safetensors"}) {
    const traces::Trace trace = traces::Trace::open(source_folder() / name);
    for (const UnitKind unit : {UnitKind::kSkipBoth, UnitKind::kDense}) {
      FoldRequest request;
      request.unit = unit;
      request.budget.dsps = 256;
      const Fold result = fold(trace, request);
      EXPECT_EQ(engine_block_rams(result.plan), result.engine_block_rams()) << name;
      EXPECT_EQ(stream_block_rams(result.plan), result.stream_block_rams()) << name;
    }
  }
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / folder)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  return files;
}

TEST(ShippedStudies, FitTheirAcceleratorsAndTraces) {
  const std::vector<std::filesystem::path> files = files_of("workloads/studies");
  EXPECT_EQ(files.size(), 2);
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file);
    const OpenedStudy study(Study::read(file));
    EXPECT_GT(study.points().size(), 1);
    for (std::size_t point = 0; point < study.points().size(); ++point) {
      EXPECT_NO_THROW(study.points().at(point));
    }
  }
}

TEST(ShippedStudies, OfTheAnalyticalModelAreForDesignsOfTheirNetworks) {
  std::size_t studies = 0;
  for (const std::filesystem::path& file : files_of("workloads/studies/analytical/designs")) {
    // Beside them are the accelerators that they vary.
    const std::string name = file.stem();
    if (!name.ends_with("-buffers") && !name.ends_with("-foldings")) {
      continue;
    }
    SCOPED_TRACE(file);
    const OpenedStudy study(Study::read(file));
    EXPECT_GT(study.points().size(), 1);
    EXPECT_NO_THROW(study.points().at(0));
    ++studies;
  }
  EXPECT_EQ(studies, 12);
}

TEST(ShellQuoting, KeepsAWordAWord) {
  EXPECT_EQ(shell_quoted("plain"), "'plain'");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
}

}  // namespace
}  // namespace millrace::sim
