#include "sim/folding/match_lanes.hpp"

namespace millrace::sim {
namespace {

class Matching {
 public:
  Matching(const std::vector<std::vector<Ends>>& choices, const std::vector<Neighbours>& neighbours)
      : choices_(choices), before_(choices.size()), behind_(choices.size()), chosen_(choices.size()) {
    for (const Neighbours& pair : neighbours) {
      behind_[pair.from].push_back(pair.to);
      before_[pair.to].push_back(pair.from);
    }
  }

  std::vector<std::size_t> run() {
    while (sweep()) {
    }
    return std::move(chosen_);
  }

 private:
  /// Every change takes away a Rebundle or comes closer to what is preferred, so sweeps come to an end.
  bool sweep() {
    bool has_changed = false;
    for (std::size_t engine = 0; engine < choices_.size(); ++engine) {
      const std::size_t best = best_of(engine);
      has_changed = has_changed || best != chosen_[engine];
      chosen_[engine] = best;
    }
    return has_changed;
  }

  std::size_t best_of(std::size_t engine) const {
    std::size_t best = 0;
    std::size_t fewest = rebundles(engine, best);
    for (std::size_t choice = 1; choice < choices_[engine].size(); ++choice) {
      const std::size_t count = rebundles(engine, choice);
      if (count < fewest) {
        fewest = count;
        best = choice;
      }
    }
    return best;
  }

  std::size_t rebundles(std::size_t engine, std::size_t choice) const {
    const Ends& ends = choices_[engine][choice];
    std::size_t count = 0;
    for (const std::size_t from : before_[engine]) {
      count += choices_[from][chosen_[from]].out == ends.in ? 0 : 1;
    }
    for (const std::size_t to : behind_[engine]) {
      count += choices_[to][chosen_[to]].in == ends.out ? 0 : 1;
    }
    return count;
  }

  const std::vector<std::vector<Ends>>& choices_;
  std::vector<std::vector<std::size_t>> before_;
  std::vector<std::vector<std::size_t>> behind_;
  std::vector<std::size_t> chosen_;
};

}  // namespace

std::vector<std::size_t> match_lanes(const std::vector<std::vector<Ends>>& choices,
                                     const std::vector<Neighbours>& neighbours) {
  return Matching(choices, neighbours).run();
}

}  // namespace millrace::sim
