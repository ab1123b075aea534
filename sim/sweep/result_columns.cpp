#include "sim/sweep/result_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sim/plan/plan_block_rams.hpp"

namespace millrace::sim {
namespace {

using OfOutcome = std::string (*)(const Plan&, const Outcome&);
using OfPlan = std::string (*)(const Plan&);

struct OutcomeColumn {
  ResultColumn column;
  OfOutcome value;
};

struct PlanColumn {
  ResultColumn column;
  OfPlan value;
};

template <typename T>
std::string text(T value) {
  return fmt::format("{}", value);
}

std::string first_latency(const Plan&, const Outcome& outcome) {
  return text(outcome.images.front().latency().count());
}

std::string mean_latency(const Plan&, const Outcome& outcome) {
  const auto add = [](std::int64_t sum, const ImageResult& image) { return sum + image.latency().count(); };
  const std::int64_t sum = std::accumulate(outcome.images.begin(), outcome.images.end(), std::int64_t{0}, add);
  return text(static_cast<double>(sum) / static_cast<double>(outcome.images.size()));
}

std::string most_latency(const Plan&, const Outcome& outcome) {
  const auto less = [](const ImageResult& a, const ImageResult& b) { return a.latency() < b.latency(); };
  return text(std::ranges::max_element(outcome.images, less)->latency().count());
}

std::string bottleneck(const Plan&, const Outcome& outcome) {
  const Bottleneck& slowest = outcome.bottleneck;
  return outcome.modules[slowest.module.index].accounts.rows[slowest.row].name;
}

std::string stream_bits(const Plan& plan) {
  const auto add = [](std::int64_t sum, const PlannedStream& stream) {
    return sum + stream.depth.words * stream.word_bits;
  };
  return text(std::accumulate(plan.streams.begin(), plan.streams.end(), std::int64_t{0}, add));
}

const std::vector<OutcomeColumn>& outcome_columns() {
  static const std::vector<OutcomeColumn> columns = {
      {{"cycles", Better::kLower}, [](const Plan&, const Outcome& o) { return text(o.total.count()); }},
      {{"interval", Better::kLower}, [](const Plan&, const Outcome& o) { return text(o.interval()); }},
      {{"images_per_second", Better::kHigher},
       [](const Plan& p, const Outcome& o) { return text(p.clock_mhz * 1e6 / o.interval()); }},
      {{"latency_first", Better::kLower}, first_latency},
      {{"latency_mean", Better::kLower}, mean_latency},
      {{"latency_max", Better::kLower}, most_latency},
      {{"macs_done", Better::kNeither}, [](const Plan&, const Outcome& o) { return text(o.macs_done()); }},
      {{"dense_macs", Better::kNeither}, [](const Plan&, const Outcome& o) { return text(o.dense_macs()); }},
      {{"bottleneck", Better::kNeither}, bottleneck},
      {{"bottleneck_busy", Better::kNeither},
       [](const Plan&, const Outcome& o) { return text(o.bottleneck.busy_per_image); }},
  };
  return columns;
}

const std::vector<PlanColumn>& plan_columns() {
  static const std::vector<PlanColumn> columns = {
      {{"dsps", Better::kLower}, [](const Plan& p) { return text(p.resources().dsps); }},
      {{"memory_bits", Better::kLower}, [](const Plan& p) { return text(p.resources().memory_bits); }},
      {{"stream_bits", Better::kLower}, stream_bits},
      {{"bram18", Better::kLower}, [](const Plan& p) { return text(engine_block_rams(p) + stream_block_rams(p)); }},
  };
  return columns;
}

std::vector<ResultColumn> all_columns() {
  std::vector<ResultColumn> columns;
  for (const OutcomeColumn& column : outcome_columns()) {
    columns.push_back(column.column);
  }
  for (const PlanColumn& column : plan_columns()) {
    columns.push_back(column.column);
  }
  return columns;
}

}  // namespace

const std::vector<ResultColumn>& result_columns() {
  static const std::vector<ResultColumn> columns = all_columns();
  return columns;
}

std::vector<std::string> result_values(const Plan& plan, const Outcome* outcome) {
  std::vector<std::string> values;
  for (const OutcomeColumn& column : outcome_columns()) {
    values.push_back(outcome != nullptr ? column.value(plan, *outcome) : "");
  }
  for (const PlanColumn& column : plan_columns()) {
    values.push_back(column.value(plan));
  }
  return values;
}

}  // namespace millrace::sim
