// Sizing on small networks, where all depth vectors can be tried.
#include "sim/sizing/sizing.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "sim/config/accelerator.hpp"
#include "sim/output/accelerator_yaml.hpp"
#include "sim/resolve/rerun.hpp"
#include "sim/sizing/critical_path.hpp"
#include "sim/sizing/held_out.hpp"
#include "sim/sizing/search.hpp"
#include "sim/sizing/sized_accelerator.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/plan_lookup.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::sim {
namespace {

using namespace test;

class Silent final : public SizingObserver {
 public:
  void at(const std::string&, double, std::int64_t runs, const std::optional<FifoMemory>&) override {
    if (stop_behind != 0 && runs >= stop_behind) {
      stop = true;
    }
  }
  std::int64_t stop_behind = 0;
  std::atomic<bool> stop = false;
};

/// A network's plan with a random trace of it.
class Design {
 public:
  Design(const traces::Network& network, const std::string& yaml, int images, std::uint32_t seed = 5)
      : plan_(plan_of(yaml, network)) {
    RandomTrace(network, static_cast<std::size_t>(images), seed).write(folder_ / "t.safetensors");
    trace_.emplace(traces::Trace::open(folder_ / "t.safetensors"));
    work_.emplace(plan_, *trace_, Images{images}, WorkOptions{});
  }

  Sizing size(const SizingRequest& request) const {
    Silent observer;
    return size_fifos(plan_, *trace_, *work_, request, observer, observer.stop).value();
  }
  Result run(const std::vector<Knob>& knobs, const Depths& depths) const {
    const Plan changed = with_depths(plan_, knobs, depths);
    const auto result = Rerun(changed, *work_).run();
    const auto* outcome = std::get_if<Outcome>(&result);
    return outcome != nullptr ? Result{solved_of(outcome->images)} : std::nullopt;
  }
  const Plan& plan() const { return plan_; }
  const traces::Trace& trace() const { return *trace_; }
  const RecordedWork& work() const { return *work_; }

 private:
  TemporaryFolder folder_;
  Plan plan_;
  std::optional<traces::Trace> trace_;
  std::optional<RecordedWork> work_;
};

/// All streams but these stay as they are.
std::map<std::string, std::int64_t> pins_but(const Plan& plan, const std::vector<std::string>& free) {
  std::map<std::string, std::int64_t> pins;
  for (const PlannedStream& stream : plan.streams) {
    if (std::find(free.begin(), free.end(), stream.name) == free.end()) {
      pins[stream.name] = stream.depth.words;
    }
  }
  return pins;
}

/// The least price within the bound, over all depth vectors.
std::int64_t brute_force(const Design& design, const Sizing& sizing, Objective objective) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  Depths depths = sizing.depths;
  const std::function<void(std::size_t)> try_all = [&](std::size_t knob) {
    if (knob == depths.size()) {
      const std::int64_t price = memory_of(sizing.knobs, depths).price(objective);
      if (price >= least) {
        return;
      }
      const Result result = design.run(sizing.knobs, depths);
      if (result && result->span() <= sizing.most_span) {
        least = price;
      }
      return;
    }
    for (std::int64_t depth = sizing.knobs[knob].least; depth <= sizing.knobs[knob].most; ++depth) {
      depths[knob] = depth;
      try_all(knob + 1);
    }
  };
  try_all(0);
  return least;
}

void expect_minimal(const Design& design, const Sizing& sizing, Objective objective) {
  EXPECT_LE(design.run(sizing.knobs, sizing.depths)->span(), sizing.most_span);
  for (std::size_t knob = 0; knob < sizing.knobs.size(); ++knob) {
    Depths step = sizing.depths;
    step[knob] = sizing.knobs[knob].step_down(step[knob], objective);
    if (step != sizing.depths) {
      const Result result = design.run(sizing.knobs, step);
      EXPECT_TRUE(!result || result->span() > sizing.most_span) << sizing.knobs[knob].name;
    }
  }
}

TEST(Sizing, EqualsTheBestOfAllVectors) {
  struct Case {
    traces::Network network;
    std::string yaml;
    std::vector<std::string> free;
  };
  const std::vector<Case> cases = {
      {tiny_deep_network(), "defaults: {}", {"x.fork -> add", "conv4 -> add", "stem -> x.fork"}},
      {tiny_deep_network(), "defaults: {coarse_out: 2}", {"x.fork -> add", "conv1 -> conv2.window", "conv4 -> add"}},
      {tiny_deep_network(), "defaults: {coarse_in: 2, macs: 4}", {"x.fork -> add", "conv2 -> conv3.window"}},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.yaml);
    const Design design(one.network, one.yaml, 4);
    for (const double slowdown : {0.0, 0.02, 0.2}) {
      for (const Objective objective : {Objective::kBits, Objective::kWords, Objective::kBlockRams}) {
        SizingRequest request;
        request.objective = objective;
        request.slowdown = slowdown;
        request.pins = pins_but(design.plan(), one.free);
        const Sizing sizing = design.size(request);
        EXPECT_EQ(sizing.standing, Standing::kOptimal);
        EXPECT_EQ(sizing.memory().price(objective), brute_force(design, sizing, objective));
        expect_minimal(design, sizing, objective);
      }
    }
  }
}

TEST(Sizing, NoFifoOfASolutionCanBeAStepShallower) {
  for (const traces::Network& network :
       {residual_network(), strided_shortcut_network(), fire_network(), nested_network(), inception_network()}) {
    SCOPED_TRACE(network.name());
    const Design design(network, "defaults: {}", 3);
    for (const Scope scope : {Scope::kStreams, Scope::kStreamsAndQueues}) {
      for (const Objective objective : {Objective::kBits, Objective::kBlockRams}) {
        SizingRequest request;
        request.objective = objective;
        request.scope = scope;
        const Sizing sizing = design.size(request);
        expect_minimal(design, sizing, objective);
        EXPECT_LE(sizing.memory().price(objective), memory_of(sizing.knobs, sizing.unbounded.room).price(objective));
      }
    }
  }
}

TEST(Sizing, DoesNotDependOnTheNumberOfThreads) {
  const Design design(strided_shortcut_network(), "defaults: {}", 3);
  SizingRequest request;
  const Sizing alone = design.size(request);
  request.threads = 3;
  const Sizing together = design.size(request);
  EXPECT_EQ(alone.depths, together.depths);
  EXPECT_EQ(alone.runs, together.runs);
}

TEST(Sizing, GivesUpOnlyVectorsThatAreLateAndSolvesThemStill) {
  const Design design(nested_network(), "defaults: {}", 6);
  const std::vector<Knob> knobs = knobs_of(design.plan(), Scope::kStreams, {});
  const std::atomic<bool> stop = false;
  Solver solver(design.plan(), knobs, design.work(), 2, stop);
  Depths base;
  for (const Knob& knob : knobs) {
    base.push_back(knob.most);
  }
  const std::int64_t most_span = solver.solve(base)->span() + 3;
  std::vector<Depths> shallower;
  for (std::size_t knob = 0; knob < knobs.size(); ++knob) {
    for (const std::int64_t depth : {knobs[knob].least, std::midpoint(knobs[knob].least, knobs[knob].most)}) {
      shallower.push_back(base);
      shallower.back()[knob] = depth;
    }
  }
  const std::vector<bool> seem = solver.seem_to_keep(most_span, shallower, base);
  const std::size_t through = solver.known().size();
  const std::vector<Result> solved = solver.solve(shallower);
  std::size_t kept = 0;
  for (std::size_t index = 0; index < shallower.size(); ++index) {
    EXPECT_EQ(seem[index], solved[index] && solved[index]->span() <= most_span) << index;
    kept += seem[index] ? 1 : 0;
  }
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, shallower.size());
  EXPECT_LT(through, solver.known().size());
}

TEST(Sizing, ComparesWithFifosThatFinnCanBuild) {
  const Design design(residual_network(), "defaults: {}", 3);
  const Sizing sizing = design.size({});
  const auto finn = std::ranges::find_if(
      sizing.compared, [](const Compared& compared) { return compared.name == "peak of the unbounded run (FINN)"; });
  ASSERT_NE(finn, sizing.compared.end());
  bool has_shallower_peak = false;
  for (std::size_t knob = 0; knob < sizing.knobs.size(); ++knob) {
    if (std::holds_alternative<StreamId>(sizing.knobs[knob].what) && !sizing.knobs[knob].is_pinned) {
      EXPECT_EQ(finn->depths[knob], std::max<std::int64_t>(sizing.unbounded.peaks[knob], 2));
      has_shallower_peak |= sizing.unbounded.peaks[knob] < 2;
    }
  }
  EXPECT_TRUE(has_shallower_peak);
}

TEST(Sizing, NeverGoesBelowAJoinsMinimumOrAPin) {
  const Design design(nested_network(), "defaults: {}", 2);
  SizingRequest request;
  request.slowdown = 5.0;
  request.pins = {{"stem -> x.fork", 7}};
  const Sizing sizing = design.size(request);
  for (std::size_t knob = 0; knob < sizing.knobs.size(); ++knob) {
    if (const auto* id = std::get_if<StreamId>(&sizing.knobs[knob].what)) {
      EXPECT_GE(sizing.depths[knob], design.plan().stream(*id).minimum_depth.value_or(1)) << sizing.knobs[knob].name;
    }
    if (sizing.knobs[knob].name == "stem -> x.fork") {
      EXPECT_EQ(sizing.depths[knob], 7);
    }
  }
}

TEST(Sizing, PinsThatDeadlockAreReported) {
  const Design design(residual_network(), "defaults: {}", 2);
  SizingRequest request;
  request.pins = {{"x.fork -> add", 1}};
  EXPECT_THROW(design.size(request), StuckForEver);
}

TEST(Sizing, KeepsTheBestWhenInterrupted) {
  const Design design(nested_network(), "defaults: {}", 3);
  const SizingRequest request;
  const Sizing whole = design.size(request);
  Silent observer;
  observer.stop_behind = whole.runs / 2;
  const std::optional<Sizing> part =
      size_fifos(design.plan(), design.trace(), design.work(), request, observer, observer.stop);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->standing, Standing::kInterrupted);
  EXPECT_LT(part->runs, whole.runs);
  EXPECT_LE(design.run(part->knobs, part->depths)->span(), part->most_span);
  Silent at_once;
  at_once.stop = true;
  EXPECT_FALSE(size_fifos(design.plan(), design.trace(), design.work(), request, at_once, at_once.stop));
}

TEST(Sizing, StaysWithinTheMemory) {
  const Design design(residual_network(), "defaults: {}", 3);
  SizingRequest request;
  request.slowdown = 0.0;
  const std::int64_t wanted = design.size(request).memory().bits;
  request.memory = wanted;
  EXPECT_NE(design.size(request).standing, Standing::kTooSlow);
  request.memory = wanted - 1;
  const Sizing capped = design.size(request);
  EXPECT_EQ(capped.standing, Standing::kTooSlow);
  EXPECT_LE(capped.memory().bits, wanted - 1);
  EXPECT_GT(capped.solved.span(), capped.most_span);
  request.memory = 1;
  EXPECT_THROW(design.size(request), NothingFits);
}

TEST(Sizing, ParetoPointsBeatEachOther) {
  const Design design(residual_network(), "defaults: {}", 3);
  const Sizing sizing = design.size({});
  ASSERT_GE(sizing.pareto.size(), 3U);
  for (std::size_t point = 1; point < sizing.pareto.size(); ++point) {
    EXPECT_GT(sizing.pareto[point].memory.bits, sizing.pareto[point - 1].memory.bits);
    EXPECT_LT(sizing.pareto[point].span, sizing.pareto[point - 1].span);
  }
}

TEST(Sizing, DepthsSurviveTheFile) {
  const traces::Network network = residual_network();
  const Design design(network, "defaults: {}", 3);
  SizingRequest request;
  request.scope = Scope::kStreamsAndQueues;
  request.slowdown = 0.05;
  const Sizing sizing = design.size(request);
  const Accelerator sized =
      sized_accelerator(read_yaml("defaults: {}"), design.plan(), network, sizing.knobs, sizing.depths);
  const Plan again = plan_of(accelerator_yaml(sized, network, "sized"), network);
  const Plan expected = with_depths(design.plan(), sizing.knobs, sizing.depths);
  for (std::size_t stream = 0; stream < expected.streams.size(); ++stream) {
    EXPECT_EQ(again.streams[stream].depth, expected.streams[stream].depth) << expected.streams[stream].name;
  }
  for (std::size_t index = 0; index < expected.modules.size(); ++index) {
    if (const auto* engine = std::get_if<DotEngine>(&expected.modules[index].parameters)) {
      EXPECT_EQ(std::get<DotEngine>(again.modules[index].parameters).array, engine->array);
    }
  }
}

TEST(Unbounded, RoomOfThePacedRunCostsItNothing) {
  const Design design(nested_network(), "defaults: {}", 4);
  const std::vector<Knob> knobs = knobs_of(design.plan(), Scope::kStreamsAndQueues, {});
  const Unbounded unbounded = run_unbounded(design.plan(), knobs, design.work());
  EXPECT_GE(unbounded.paced_span, unbounded.span);
  const Result roomy = design.run(knobs, unbounded.room);
  EXPECT_LE(roomy->span(), unbounded.paced_span);
  for (std::size_t knob = 0; knob < knobs.size(); ++knob) {
    EXPECT_LE(unbounded.peaks[knob], unbounded.room[knob]);
    EXPECT_LE(unbounded.room[knob], knobs[knob].most);
  }
}

TEST(CriticalPath, BlamesTheStreamWhoseDepthCostsTime) {
  const traces::Network network = residual_network();
  const Design design(network, "defaults: {skip_depth: minimum}", 4);
  const Plan& plan = design.plan();
  Rerun rerun(plan, design.work());
  std::vector<EdgeRecord> records(plan.streams.size());
  for (std::size_t index = 0; index < records.size(); ++index) {
    rerun.stream(StreamId{index}).observe(records[index]);
  }
  const auto outcome = std::get<Outcome>(rerun.run());
  const Blame blame = blame_of(plan, records, Cycle{0});
  // Nobody to blame: deepening it changes nothing.
  std::int64_t blamed = 0;
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const Plan deeper = with_depth(plan, StreamId{index}, plan.streams[index].depth.words + 20);
    const auto freed = std::get<Outcome>(Rerun(deeper, design.work()).run());
    if (blame.streams[index] == 0) {
      EXPECT_EQ(freed.images.back().last_out, outcome.images.back().last_out) << plan.streams[index].name;
    } else {
      ++blamed;
    }
  }
  EXPECT_GT(blamed, 0);
}

TEST(HeldOut, ComparesTheRestOfTheTrace) {
  const Design design(residual_network(), "defaults: {}", 4);
  const std::vector<Knob> knobs = knobs_of(design.plan(), Scope::kStreams, {});
  Depths most;
  for (const Knob& knob : knobs) {
    most.push_back(knob.most);
  }
  const HeldOut none = run_held_out(design.plan(), knobs, most, design.trace(), 2, WorkOptions{});
  EXPECT_EQ(none.images, 2);
  EXPECT_EQ(none.slowdown(), 0.0);
  const HeldOut some = run_held_out(design.plan(), knobs, depths_before(knobs), design.trace(), 2, WorkOptions{});
  EXPECT_GE(some.slowdown(), 0.0);
}

}  // namespace
}  // namespace millrace::sim
