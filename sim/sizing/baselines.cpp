#include "sim/sizing/baselines.hpp"

#include <algorithm>
#include <map>

#include "sim/analytical/mended_model.hpp"
#include "sim/analytical/plan_model.hpp"
#include "sim/analytical/trace_statistics.hpp"

namespace millrace::sim {
namespace {

using analytical::BranchFifo;
using analytical::PipelineGraph;

/// Of its FIFO, Q_srl.
constexpr std::int64_t kLeastOfFinn = 2;

/// The inputs of a join come in the order of its links, which is that of the plan's streams.
std::map<std::size_t, std::int64_t> branch_depths(const Plan& plan, const traces::Trace& trace) {
  const analytical::MendedModel model;
  const PipelineGraph graph = analytical::pipeline_graph(plan, model, [&](const DotEngine& engine) {
    return analytical::histogram_form(model, engine, analytical::statistics_of(engine, trace));
  });
  std::map<std::string, std::vector<std::int64_t>> of_join;
  for (const BranchFifo& fifo : analytical::branch_fifos(graph)) {
    of_join[graph.stages()[fifo.link.to].name].push_back(fifo.words);
  }
  std::map<std::string, std::size_t> inputs;
  std::map<std::size_t, std::int64_t> depths;
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    const std::string& join = plan.module(plan.streams[index].to).name;
    const auto found = of_join.find(join);
    if (found != of_join.end()) {
      depths[index] = found->second.at(inputs[join]++);
    }
  }
  return depths;
}

}  // namespace

Baseline mean_rule(const Plan& plan, const std::vector<Knob>& knobs, const traces::Trace& trace) {
  Baseline baseline{"mean rule (PASS, fpgaConvNet)", depths_before(knobs)};
  const std::map<std::size_t, std::int64_t> branches = branch_depths(plan, trace);
  for (std::size_t index = 0; index < knobs.size(); ++index) {
    const auto* stream = std::get_if<StreamId>(&knobs[index].what);
    const auto found = stream == nullptr ? branches.end() : branches.find(stream->index);
    if (found != branches.end() && !knobs[index].is_pinned) {
      baseline.depths[index] = std::max<std::int64_t>(1, found->second);
    }
  }
  return baseline;
}

Baseline unbounded_peaks(const std::vector<Knob>& knobs, const Unbounded& unbounded) {
  Baseline baseline{"peak of the unbounded run (FINN)", unbounded.peaks};
  for (std::size_t index = 0; index < knobs.size(); ++index) {
    if (std::holds_alternative<StreamId>(knobs[index].what)) {
      baseline.depths[index] = std::min(std::max(baseline.depths[index], kLeastOfFinn), knobs[index].most);
    }
  }
  return baseline;
}

}  // namespace millrace::sim
