#include "sim/validation/design_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "sim/analytical/trace_statistics.hpp"
#include "sim/config/config_error.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/statistics/rank_correlation.hpp"
#include "sim/validation/job_list.hpp"
#include "sim/validation/once_map.hpp"
#include "sim/validation/repeated_run.hpp"

namespace millrace::sim {
namespace {

constexpr Images kSettles{4};

/// What the histograms of an engine depend on: trace, layer, unit, channels of a group.
using StatisticsKey = std::tuple<const traces::Trace*, std::size_t, UnitKind, std::int64_t>;

class Comparison {
 public:
  Comparison(const DesignList& designs, const analytical::LayerModel& model, const WorkOptions& options,
             const std::atomic<bool>& stop)
      : designs_(designs), model_(model), options_(options), stop_(stop) {
    for (std::size_t design = 0; design < designs.size; ++design) {
      ++waiting_[designs.work_key(design)];
    }
  }

  std::vector<ComparedDesign> compare(const ToldOfJobs& told) {
    // Those of the same work behind each other, so that it is forgotten soon.
    std::vector<std::size_t> order(designs_.size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return designs_.work_key(a) < designs_.work_key(b); });
    std::vector<ComparedDesign> compared(designs_.size);
    std::vector<Job> jobs;
    for (const std::size_t design : order) {
      jobs.emplace_back([&, design] { compared[design] = compare(design); });
    }
    do_all(jobs, options_.threads, [&](std::size_t done) { told(done, jobs.size()); });
    return compared;
  }

 private:
  ComparedDesign compare(std::size_t design) {
    ComparedDesign compared;
    if (stop_) {
      compared.problem = kInterrupted;
      return compared;
    }
    try {
      compare(design, designs_.plan(design), compared);
    } catch (const ConfigError& error) {
      compared.problem = error.what();
    }
    const std::scoped_lock lock(mutex_);
    if (--waiting_[designs_.work_key(design)] == 0) {
      works_.forget(designs_.work_key(design));
    }
    return compared;
  }

  void compare(std::size_t design, const Plan& plan, ComparedDesign& compared) {
    const traces::Trace& trace = designs_.trace(design);
    const Images images = designs_.images(design);
    compared.resources = plan.resources();
    PlanStatistics statistics;
    for (std::size_t index = 0; index < plan.modules.size(); ++index) {
      if (const auto* engine = std::get_if<DotEngine>(&plan.modules[index].parameters)) {
        statistics[index] =
            *statistics_.get({&trace, engine->layer.index, engine->unit, engine->folding.group_channels},
                             [&] { return analytical::statistics_of(*engine, trace, images); });
      }
    }
    const Prediction prediction(plan, statistics, model_, images);
    compared.mean_form = static_cast<double>(prediction.mean_form().interval);
    compared.histogram_form = static_cast<double>(prediction.histogram_form().interval);
    const auto work = works_.get(designs_.work_key(design), [&] {
      return RecordedWork(plan, trace, images, {options_.simd, 1});
    });
    const std::variant<double, Deadlock> interval = settled_interval(plan, images, as_recorded(*work), kSettles);
    if (const auto* cycles = std::get_if<double>(&interval)) {
      compared.simulated = *cycles;
    } else {
      compared.problem = "deadlock";
    }
  }

  const DesignList& designs_;
  const analytical::LayerModel& model_;
  WorkOptions options_;
  const std::atomic<bool>& stop_;
  OnceMap<StatisticsKey, analytical::EngineStatistics> statistics_;
  OnceMap<std::uint64_t, RecordedWork> works_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::size_t> waiting_;  ///< designs of each work that are still to come
};

double predicted(const ComparedDesign& design, Form form) {
  return form == Form::kMean ? design.mean_form : design.histogram_form;
}

std::vector<std::size_t> fine_ones(const std::vector<ComparedDesign>& designs) {
  std::vector<std::size_t> fine;
  for (std::size_t design = 0; design < designs.size(); ++design) {
    if (designs[design].is_fine()) {
      fine.push_back(design);
    }
  }
  return fine;
}

Choice choice_of(const std::vector<ComparedDesign>& designs, const std::vector<std::size_t>& fine, Form form) {
  const auto shortest = [&](std::size_t a, std::size_t b) {
    return predicted(designs[a], form) < predicted(designs[b], form);
  };
  const double promised = predicted(designs[*std::min_element(fine.begin(), fine.end(), shortest)], form);
  const double best = designs[best_design(designs)].simulated;
  const auto lost = [&](std::size_t design) { return 1.0 - best / designs[design].simulated; };
  Choice choice;
  for (const std::size_t design : fine) {
    if (predicted(designs[design], form) > promised) {
      continue;
    }
    if (choice.equals == 0 || designs[design].resources.memory_bits < designs[choice.design].resources.memory_bits) {
      choice.design = design;
    }
    ++choice.equals;
    choice.most_lost = std::max(choice.most_lost, lost(design));
  }
  choice.lost = lost(choice.design);
  return choice;
}

}  // namespace

std::vector<ComparedDesign> compare_designs(const DesignList& designs, const analytical::LayerModel& model,
                                            const WorkOptions& options, const ToldOfJobs& told,
                                            const std::atomic<bool>& stop) {
  return Comparison(designs, model, options, stop).compare(told);
}

double FormSummary::mean_error_size() const {
  const auto add = [](double sum, double error) { return sum + std::abs(error); };
  return std::accumulate(errors.begin(), errors.end(), 0.0, add) / static_cast<double>(errors.size());
}

double FormSummary::quantile(double fraction) const {
  const double last = static_cast<double>(errors.size() - 1);
  return errors[static_cast<std::size_t>(std::lround(fraction * last))];
}

std::size_t best_design(const std::vector<ComparedDesign>& designs) {
  const std::vector<std::size_t> fine = fine_ones(designs);
  return *std::min_element(fine.begin(), fine.end(),
                           [&](std::size_t a, std::size_t b) { return designs[a].simulated < designs[b].simulated; });
}

std::optional<FormSummary> summary(const std::vector<ComparedDesign>& designs, Form form) {
  const std::vector<std::size_t> fine = fine_ones(designs);
  if (fine.empty()) {
    return std::nullopt;
  }
  FormSummary summary;
  std::vector<double> predictions;
  std::vector<double> simulations;
  for (const std::size_t design : fine) {
    predictions.push_back(predicted(designs[design], form));
    simulations.push_back(designs[design].simulated);
    summary.errors.push_back((predictions.back() - simulations.back()) / simulations.back());
  }
  std::sort(summary.errors.begin(), summary.errors.end());
  // Throughputs are the inverses: they are in the reverse order, both of them.
  summary.tau = kendall_tau(predictions, simulations);
  summary.choice = choice_of(designs, fine, form);
  return summary;
}

}  // namespace millrace::sim
