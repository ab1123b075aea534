#include "sim/folding/widen_slowest.hpp"

#include <algorithm>
#include <tuple>

namespace millrace::sim {
namespace {

bool is_cheaper(const Cost& one, const Cost& other) {
  return std::tie(one.dsps, one.cycles, one.block_rams) < std::tie(other.dsps, other.cycles, other.block_rams);
}

const Cost& cheapest(const Choices& choices) {
  return *std::min_element(choices.begin(), choices.end(), is_cheaper);
}

class Search {
 public:
  Search(const std::vector<Choices>& engines, const Budget& budget) : engines_(engines), budget_(budget) {
    for (const Choices& choices : engines) {
      const Cost& start = cheapest(choices);
      result_.chosen.push_back(static_cast<std::size_t>(&start - choices.data()));
      dsps_ += start.dsps;
      block_rams_ += start.block_rams;
    }
  }

  Allocation run() {
    while (widen()) {
    }
    return std::move(result_);
  }

 private:
  const Cost& now(std::size_t engine) const { return engines_[engine][result_.chosen[engine]]; }

  std::size_t slowest() const {
    std::size_t slowest = 0;
    for (std::size_t engine = 1; engine < engines_.size(); ++engine) {
      if (now(engine).cycles > now(slowest).cycles) {
        slowest = engine;
      }
    }
    return slowest;
  }

  /// False once the slowest engine cannot be made faster.
  bool widen() {
    result_.slowest = slowest();
    const Cost before = now(result_.slowest);
    const Choices& choices = engines_[result_.slowest];
    const Cost* next = nullptr;
    result_.limit = Limit::kNothingFaster;
    for (const Cost& choice : choices) {
      if (choice.cycles >= before.cycles) {
        continue;
      }
      if (const std::optional<Limit> limit = refused(before, choice)) {
        result_.limit = *limit == Limit::kDsps && result_.limit == Limit::kBlockRams ? result_.limit : *limit;
      } else if (next == nullptr || is_cheaper(choice, *next)) {
        next = &choice;
      }
    }
    if (next == nullptr) {
      return false;
    }
    dsps_ += next->dsps - before.dsps;
    block_rams_ += next->block_rams - before.block_rams;
    result_.chosen[result_.slowest] = static_cast<std::size_t>(next - choices.data());
    return true;
  }

  std::optional<Limit> refused(const Cost& before, const Cost& after) const {
    if (dsps_ + after.dsps - before.dsps > budget_.dsps) {
      return Limit::kDsps;
    }
    const bool adds = after.block_rams > before.block_rams;
    if (adds && budget_.block_rams && block_rams_ + after.block_rams - before.block_rams > *budget_.block_rams) {
      return Limit::kBlockRams;
    }
    return std::nullopt;
  }

  const std::vector<Choices>& engines_;
  const Budget& budget_;
  std::int64_t dsps_ = 0;
  std::int64_t block_rams_ = 0;
  Allocation result_;
};

}  // namespace

std::int64_t least_dsps(const std::vector<Choices>& engines) {
  std::int64_t dsps = 0;
  for (const Choices& choices : engines) {
    dsps += cheapest(choices).dsps;
  }
  return dsps;
}

Allocation widen_slowest(const std::vector<Choices>& engines, const Budget& budget) {
  return Search(engines, budget).run();
}

}  // namespace millrace::sim
