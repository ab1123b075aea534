#include "tests/rtl/harness/twin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "tests/rtl/harness/twin_run.hpp"

namespace millrace::rtl {
namespace {

/// Images, one behind the other: a reset that is forgotten between two shows in the second.
constexpr std::int64_t kImages = 2;
/// Edges behind the model's last one, in which a twin must do nothing.
constexpr std::int64_t kSilence = 64;

/// One scenario: what all models and all twins did.
struct ScenarioRun {
  std::vector<Stimulus> stimuli;
  std::vector<CaseRecord> models;
  std::vector<CaseRecord> twins;
};

std::vector<ScenarioRun> run_scenarios(const Twin& twin) {
  std::vector<ScenarioRun> runs;
  const std::unique_ptr<TwinTop> top = twin.make_top();
  for (const Scenario& scenario : scenarios()) {
    ScenarioRun run;
    std::int64_t last_edge = 0;
    for (std::size_t index = 0; index < twin.grid.cases.size(); ++index) {
      const TwinCase& twin_case = twin.grid.cases[index];
      run.stimuli.push_back(make_stimulus(scenario, twin_case, index, kImages));
      ModelRun model = run_model(twin.make_model, twin_case, run.stimuli.back(), kImages);
      last_edge = std::max(last_edge, model.last_edge);
      run.models.push_back(std::move(model.record));
    }
    run.twins = run_twins(*top, twin.grid, run.stimuli, last_edge + kSilence);
    runs.push_back(std::move(run));
  }
  return runs;
}

/// Parameter sets that a mutation changes, and those of them in which the comparison fails.
struct Noticed {
  std::size_t changed = 0;
  std::size_t noticed = 0;
};

Noticed cases_that_notice(const Twin& twin, const std::vector<ScenarioRun>& runs, const Mutation& mutation) {
  Noticed result;
  for (std::size_t index = 0; index < twin.grid.cases.size(); ++index) {
    TwinCase mutant = twin.grid.cases[index];
    mutation.change(mutant);
    if (mutant == twin.grid.cases[index]) {
      continue;
    }
    ++result.changed;
    const bool noticed = std::any_of(runs.begin(), runs.end(), [&](const ScenarioRun& run) {
      const ModelRun model = run_model(twin.make_model, mutant, run.stimuli[index], kImages);
      return first_difference(model.record, run.twins[index]).has_value();
    });
    result.noticed += noticed ? 1 : 0;
  }
  return result;
}

}  // namespace

void expect_equal_on_every_edge(const Twin& twin) {
  Compared compared;
  const std::vector<ScenarioRun> runs = run_scenarios(twin);
  for (std::size_t scenario = 0; scenario < runs.size(); ++scenario) {
    for (std::size_t index = 0; index < twin.grid.cases.size(); ++index) {
      const auto difference = first_difference(runs[scenario].models[index], runs[scenario].twins[index]);
      ASSERT_FALSE(difference.has_value())
          << twin.name << ", case " << index << ", scenario " << scenario << ": " << *difference;
      for (const StreamRecord& stream : runs[scenario].twins[index]) {
        ASSERT_FALSE(stream.edges.pushes.empty()) << twin.name << ", case " << index << " moves nothing";
      }
      compared += count(runs[scenario].twins[index]);
    }
  }
  std::printf("rtl: %s: %zu parameter sets, %zu scenarios, %lld edges and %lld values compared, 0 differences\n",
              twin.name.c_str(), twin.grid.cases.size(), runs.size(), static_cast<long long>(compared.edges),
              static_cast<long long>(compared.values));
}

void expect_mutations_caught(const Twin& twin) {
  const std::vector<ScenarioRun> runs = run_scenarios(twin);
  std::size_t caught = 0;
  for (const Mutation& mutation : twin.mutations) {
    const auto [changed, noticed] = cases_that_notice(twin, runs, mutation);
    EXPECT_GT(noticed, 0U) << twin.name << ": nothing notices " << mutation.what;
    caught += noticed > 0 ? 1 : 0;
    std::printf("mutation: %s: %s: noticed by %zu of the %zu parameter sets that it changes\n", twin.name.c_str(),
                mutation.what.c_str(), noticed, changed);
  }
  std::printf("mutations: %s: %zu of %zu caught\n", twin.name.c_str(), caught, twin.mutations.size());
}

}  // namespace millrace::rtl
