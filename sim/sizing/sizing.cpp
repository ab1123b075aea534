#include "sim/sizing/sizing.hpp"

#include <algorithm>
#include <utility>

#include "sim/sizing/search.hpp"

namespace millrace::sim {
namespace {

class Sizer {
 public:
  Sizer(const Plan& plan, const traces::Trace& trace, const RecordedWork& work, const SizingRequest& request,
        SizingObserver& observer, const std::atomic<bool>& stop)
      : plan_(plan), trace_(trace), work_(work), request_(request), observer_(observer) {
    sizing_.knobs = knobs_of(plan, request.scope, request.pins);
    sizing_.intervals = work.images().count - 1;
    solver_.emplace(plan_, sizing_.knobs, work_, request.threads, stop);
  }

  std::optional<Sizing> size() {
    observer_.at("bounding", 0.0, 0, std::nullopt);
    sizing_.unbounded = run_unbounded(plan_, sizing_.knobs, work_);
    sizing_.most_span =
        static_cast<std::int64_t>(static_cast<double>(sizing_.unbounded.span) * (1.0 + request_.slowdown));
    Search search(*solver_, request_.objective, sizing_.most_span);
    watch(search);
    try {
      search.run(sizing_.unbounded, [&](const std::string& stage, double done) {
        stage_ = stage;
        done_ = done;
        tell(search);
      });
      take(search);
      report();
    } catch (const Interrupted&) {
      if (!search.best()) {
        return std::nullopt;
      }
      sizing_.standing = Standing::kInterrupted;
      take(search.best()->depths);
    }
    set_pareto();
    sizing_.runs = solver_->runs();
    return std::move(sizing_);
  }

 private:
  void watch(const Search& search) {
    solver_->on_progress([this, &search](std::int64_t) { tell(search); });
  }

  void tell(const Search& search) {
    const std::optional<Best>& best = search.best();
    observer_.at(stage_, done_, solver_->runs(),
                 best ? std::optional(memory_of(sizing_.knobs, best->depths)) : std::nullopt);
  }

  void take(const Depths& depths) {
    sizing_.depths = depths;
    sizing_.solved = *solver_->known().at(depths);
  }

  void take(Search& search) {
    sizing_.standing = search.is_proven() ? Standing::kOptimal : Standing::kMinimal;
    take(search.best()->depths);
    if (request_.memory && sizing_.memory().amount(request_.objective) > *request_.memory) {
      stage_ = "fitting";
      const Depths fitting = search.within_memory(*request_.memory);
      if (fitting.empty()) {
        throw NothingFits(sizing_.memory().amount(request_.objective));
      }
      sizing_.standing = Standing::kTooSlow;
      take(fitting);
    }
  }

  void report() {
    stage_ = "pricing";
    const std::vector<Peak> peaks = peaks_of(with_depths(plan_, sizing_.knobs, sizing_.depths), work_);
    const Depths& depths = sizing_.depths;
    std::vector<Depths> halved;
    for (std::size_t index = 0; index < depths.size(); ++index) {
      halved.push_back(depths);
      halved.back()[index] = std::max(sizing_.knobs[index].least, depths[index] / 2);
    }
    const std::vector<Result> results = solver_->solve(halved);
    for (std::size_t index = 0; index < depths.size(); ++index) {
      SizedKnob sized;
      if (const auto* stream = std::get_if<StreamId>(&sizing_.knobs[index].what)) {
        sized.peak = peaks[stream->index];
      }
      if (halved[index][index] < depths[index]) {
        sized.halved = halved[index][index];
        sized.halved_result = results[index];
      }
      sizing_.sized.push_back(sized);
    }
    compare({"as it was", depths_before(sizing_.knobs)});
    compare(mean_rule(plan_, sizing_.knobs, trace_));
    compare(unbounded_peaks(sizing_.knobs, sizing_.unbounded));
  }

  void compare(const Baseline& baseline) {
    sizing_.compared.push_back({baseline.name, baseline.depths, solver_->solve(baseline.depths)});
  }

  void set_pareto() {
    std::vector<std::pair<std::pair<std::int64_t, std::int64_t>, FifoMemory>> points;
    for (const auto& [depths, result] : solver_->known()) {
      if (result) {
        const FifoMemory memory = memory_of(sizing_.knobs, depths);
        points.push_back({{memory.price(request_.objective), result->span()}, memory});
      }
    }
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [place, memory] : points) {
      if (sizing_.pareto.empty() || place.second < sizing_.pareto.back().span) {
        sizing_.pareto.push_back({memory, place.second});
      }
    }
  }

  const Plan& plan_;
  const traces::Trace& trace_;
  const RecordedWork& work_;
  const SizingRequest& request_;
  SizingObserver& observer_;
  Sizing sizing_;
  std::optional<Solver> solver_;
  std::string stage_ = "bounding";
  double done_ = 0.0;
};

}  // namespace

std::optional<Sizing> size_fifos(const Plan& plan, const traces::Trace& trace, const RecordedWork& work,
                                 const SizingRequest& request, SizingObserver& observer,
                                 const std::atomic<bool>& stop) {
  return Sizer(plan, trace, work, request, observer, stop).size();
}

}  // namespace millrace::sim
