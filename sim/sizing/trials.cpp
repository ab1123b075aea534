#include "sim/sizing/trials.hpp"

namespace millrace::sim {

void Trials::offer(const Depths& depths) {
  const std::int64_t offered = price(depths);
  if (!best_ || offered < best_->price) {
    best_ = Best{depths, offered};
  }
}

std::vector<Result> Trials::solve(const std::vector<Depths>& vectors) {
  std::vector<Result> results = solver_.solve(vectors);
  for (std::size_t index = 0; index < vectors.size(); ++index) {
    if (holds(results[index])) {
      offer(vectors[index]);
    }
  }
  return results;
}

std::vector<bool> Trials::hold(const std::vector<Depths>& vectors, const Depths&) {
  std::vector<bool> hold;
  for (const Result& result : solve(vectors)) {
    hold.push_back(holds(result));
  }
  return hold;
}

std::vector<bool> Trials::seem_to_hold(const std::vector<Depths>& vectors, const Depths& base) {
  std::vector<bool> seems = solver_.seem_to_keep(most_span_, vectors, base);
  for (std::size_t index = 0; index < vectors.size(); ++index) {
    if (seems[index]) {
      offer(vectors[index]);
    }
  }
  return seems;
}

}  // namespace millrace::sim
