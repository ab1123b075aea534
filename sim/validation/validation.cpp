#include "sim/validation/validation.hpp"

#include <algorithm>
#include <utility>

#include "sim/analytical/trace_statistics.hpp"
#include "sim/resolve/rerun.hpp"
#include "sim/validation/job_list.hpp"
#include "sim/validation/relaxed_plan.hpp"
#include "sim/validation/repeated_run.hpp"

namespace millrace::sim {
namespace {

/// Images that a pipeline gets to fill up before its pace is taken; an engine alone fills up with the first.
constexpr Images kPipelineSettles{4};
constexpr Images kEngineSettles{1};
constexpr std::array<std::int64_t, 10> kSpreadLengths = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

enum : std::size_t {
  kMeanForm,
  kHistogram,
  kLanes,
  kUnits,
  kWindowSupply,
  kQueues,
  kDepths,
  kBranches,
  kFill,
  kMemory
};

const DotEngine& engine_of(const Plan& plan, ModuleId id) {
  return std::get<DotEngine>(plan.module(id).parameters);
}

double cycles_an_image(const Outcome& outcome) {
  return static_cast<double>(outcome.total.count()) / static_cast<double>(outcome.images.size());
}

double busy_of_slowest_unit(const ModuleAccounts& accounts, Images images) {
  Cycles busy;
  for (std::size_t unit = 0; unit < accounts.workers; ++unit) {
    busy = std::max(busy, accounts.rows[unit].total.busy);
  }
  return static_cast<double>(busy.count()) / static_cast<double>(images.count);
}

/// What a job finds out, or why it could not.
template <typename Result>
class Found {
 public:
  void set(std::variant<Result, Deadlock> result) { result_ = std::move(result); }
  const Deadlock* deadlock() const { return std::get_if<Deadlock>(&result_); }
  Result& operator*() { return std::get<Result>(result_); }

 private:
  std::variant<Result, Deadlock> result_;
};

class Validator {
 public:
  Validator(const Plan& plan, const traces::Trace& trace, const RecordedWork& work, const analytical::LayerModel& model)
      : plan_(plan), trace_(trace), work_(work), model_(model), ideal_(with_ideal_memory(plan)) {
    for (std::size_t index = 0; index < plan.modules.size(); ++index) {
      if (std::holds_alternative<DotEngine>(plan.modules[index].parameters)) {
        layers_.push_back({ModuleId{index}, {}, 0.0, {}});
      }
    }
    statistics_.resize(layers_.size());
  }

  std::variant<Validation, Deadlock> validate(std::size_t threads, const ToldOfJobs& told) {
    const std::vector<Job> jobs = all_jobs();
    do_all(jobs, threads, [&](std::size_t done) { told(done, jobs.size()); });
    if (const Deadlock* deadlock = full_.deadlock()) {
      return *deadlock;
    }
    return result();
  }

 private:
  /// The long ones first.
  std::vector<Job> all_jobs() {
    std::vector<Job> jobs;
    jobs.emplace_back([this] { depths_.set(pace_of(with_endless_branches())); });
    jobs.emplace_back([this] { branches_.set(pace_of(ideal_)); });
    jobs.emplace_back([this] { settled_.set(pace_of(plan_)); });
    jobs.emplace_back([this] { full_.set(Rerun(plan_, work_).run()); });
    jobs.emplace_back([this] { filled_.set(Rerun(ideal_, work_).run()); });
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      jobs.emplace_back([this, layer] { look_at_trace(layer); });
      jobs.emplace_back([this, layer] { run_alone(layers_[layer]); });
    }
    return jobs;
  }

  std::variant<double, Deadlock> pace_of(const Plan& plan) const {
    return settled_interval(plan, work_.images(), as_recorded(work_), kPipelineSettles);
  }

  Plan with_endless_branches() const { return with_endless_streams(ideal_, branch_streams(ideal_)); }

  void look_at_trace(std::size_t layer) {
    const DotEngine& engine = engine_of(plan_, layers_[layer].module);
    statistics_[layer] = analytical::statistics_of(engine, trace_, work_.images());
    if (engine.unit == UnitKind::kSkipActivations || engine.unit == UnitKind::kSkipBoth) {
      layers_[layer].spread = moving_spread(engine, trace_, work_.images(), kSpreadLengths);
    }
  }

  void run_alone(LayerValidation& layer) {
    const DotEngine& engine = engine_of(plan_, layer.module);
    const std::vector<std::int64_t> cycles = unit_cycles(engine, work_);
    layer.rungs[kUnits] = static_cast<double>(*std::max_element(cycles.begin(), cycles.end())) /
                          static_cast<double>(work_.images().count);
    const Plan alone = isolated_engine(plan_, layer.module);
    const auto pace = [&](const PassOfWork& work) {
      return std::get<double>(settled_interval(alone, work_.images(), work, kEngineSettles));
    };
    layer.rungs[kWindowSupply] = pace(evened_out(work_));
    layer.rungs[kQueues] = pace(as_recorded(work_));
  }

  Validation result() {
    PlanStatistics statistics;
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      statistics[layers_[layer].module.index] = std::move(statistics_[layer]);
    }
    const Prediction prediction(plan_, statistics, model_, work_.images());
    for (LayerValidation& layer : layers_) {
      const LayerPrediction& predicted = prediction.layers().at(layer.module.index);
      layer.rungs[kMeanForm] = static_cast<double>(predicted.mean_form);
      layer.rungs[kHistogram] = static_cast<double>(predicted.even_lanes);
      layer.rungs[kLanes] = static_cast<double>(predicted.histogram_form);
      // No unit is slower than the mean of its lane, but supply may be slower than both.
      layer.rungs[kUnits] = std::max(layer.rungs[kUnits], layer.rungs[kLanes]);
      layer.busy = busy_of_slowest_unit((*full_).modules[layer.module.index].accounts, work_.images());
    }
    Validation validation;
    validation.images = work_.images();
    validation.ladder = ladder(static_cast<double>(prediction.slowest_other()));
    validation.layers = std::move(layers_);
    validation.mean_form = prediction.mean_form();
    validation.histogram_form = prediction.histogram_form();
    validation.interval = *settled_;
    validation.simulated = std::move(*full_);
    return validation;
  }

  std::array<Rung, kRungs.size()> ladder(double slowest_other) {
    std::array<Rung, kRungs.size()> ladder;
    for (std::size_t rung = 0; rung < kEngineRungs; ++rung) {
      ladder[rung].cycles = slowest_other;
      for (const LayerValidation& layer : layers_) {
        if (layer.rungs[rung] > ladder[rung].cycles) {
          ladder[rung] = {layer.rungs[rung], layer.module};
        }
      }
    }
    ladder[kDepths].cycles = *depths_;
    ladder[kBranches].cycles = *branches_;
    ladder[kFill].cycles = cycles_an_image(*filled_);
    ladder[kMemory].cycles = cycles_an_image(*full_);
    return ladder;
  }

  const Plan& plan_;
  const traces::Trace& trace_;
  const RecordedWork& work_;
  const analytical::LayerModel& model_;
  Plan ideal_;
  std::vector<LayerValidation> layers_;
  std::vector<analytical::EngineStatistics> statistics_;
  Found<double> depths_;
  Found<double> branches_;
  Found<double> settled_;
  Found<Outcome> full_;
  Found<Outcome> filled_;
};

}  // namespace

std::variant<Validation, Deadlock> validate(const Plan& plan, const traces::Trace& trace, const RecordedWork& work,
                                            const analytical::LayerModel& model, std::size_t threads,
                                            const ToldOfJobs& told) {
  return Validator(plan, trace, work, model).validate(threads, told);
}

}  // namespace millrace::sim
