#include "sim/sizing/solver.hpp"

#include <algorithm>
#include <utility>

#include "sim/resolve/do_all.hpp"
#include "sim/resolve/rerun.hpp"

namespace millrace::sim {
namespace {

class TooLate : public std::exception {};

/// Throws TooLate at the first image that is.
class WatchedLog final : public ImageLog {
 public:
  explicit WatchedLog(const std::vector<std::int64_t>& deadline) : deadline_(deadline) {}
  void left(std::int64_t image, Cycle last_out) override {
    ImageLog::left(image, last_out);
    const std::int64_t behind = (last_out - images().front().last_out).count();
    if (!deadline_.empty() && behind > deadline_[static_cast<std::size_t>(image)]) {
      throw TooLate();
    }
  }

 private:
  const std::vector<std::int64_t>& deadline_;
};

}  // namespace

Solved solved_of(std::span<const ImageResult> images) {
  Solved solved;
  for (const ImageResult& image : images) {
    solved.left.push_back(image.last_out.edge());
  }
  return solved;
}

Solver::Solver(const Plan& plan, const std::vector<Knob>& knobs, const RecordedWork& work, std::size_t threads,
               const std::atomic<bool>& stop)
    : plan_(plan), knobs_(knobs), work_(work), threads_(threads), stop_(stop) {}

std::vector<Result> Solver::solve(const std::vector<Depths>& vectors) {
  run(vectors, {});
  std::vector<Result> results;
  for (const Depths& depths : vectors) {
    results.push_back(known_.at(depths));
  }
  return results;
}

std::vector<bool> Solver::seem_to_keep(std::int64_t most_span, const std::vector<Depths>& vectors, const Depths& base) {
  const Solved& reference = *known_.at(base);
  const std::int64_t to_spare = most_span - reference.span();
  Deadline deadline;
  for (const std::int64_t left : reference.left) {
    deadline.push_back(left - reference.first() + to_spare);
  }
  std::vector<Depths> open;
  std::copy_if(vectors.begin(), vectors.end(), std::back_inserter(open),
               [&](const Depths& depths) { return !given_up_.contains(depths); });
  run(open, deadline);
  std::vector<bool> keep;
  for (const Depths& depths : vectors) {
    const auto found = known_.find(depths);
    keep.push_back(found != known_.end() && found->second && found->second->span() <= most_span);
  }
  return keep;
}

void Solver::run(const std::vector<Depths>& vectors, const Deadline& deadline) {
  std::set<Depths> distinct;
  std::copy_if(vectors.begin(), vectors.end(), std::inserter(distinct, distinct.end()),
               [&](const Depths& depths) { return !known_.contains(depths); });
  std::vector<std::pair<const Depths*, std::optional<Result>>> jobs;
  for (const Depths& depths : distinct) {
    jobs.emplace_back(&depths, std::nullopt);
  }
  do_all(jobs.size(), threads_, [&](std::size_t index) {
    if (stop_) {
      throw Interrupted();
    }
    jobs[index].second = run(*jobs[index].first, deadline);
  });
  for (const auto& [depths, result] : jobs) {
    if (result) {
      known_.emplace(*depths, *result);
    } else {
      given_up_.insert(*depths);
    }
  }
  runs_ += std::ssize(jobs);
  if (progress_ && !jobs.empty()) {
    progress_(runs_);
  }
}

std::optional<Result> Solver::run(const Depths& depths, const Deadline& deadline) const {
  const Plan changed = with_depths(plan_, knobs_, depths);
  WatchedLog log(deadline);
  try {
    return Rerun(changed, work_, log).run_images() ? Result{solved_of(log.images())} : Result{};
  } catch (const TooLate&) {
    return std::nullopt;
  }
}

}  // namespace millrace::sim
