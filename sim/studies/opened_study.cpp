#include "sim/studies/opened_study.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/work/work_stage.hpp"
#include "traces/threshold_codes.hpp"

namespace millrace::sim {
namespace {

std::vector<traces::Trace> open_traces(const Study& study) {
  std::vector<traces::Trace> traces;
  for (const StudyTrace& trace : study.traces) {
    traces.push_back(traces::Trace::open(trace.file));
    require_masks(traces.back());
  }
  return traces;
}

std::vector<traces::Network> networks_of(const std::vector<traces::Trace>& traces) {
  std::vector<traces::Network> networks;
  for (const traces::Trace& trace : traces) {
    networks.push_back(trace.network());
  }
  return networks;
}

}  // namespace

OpenedStudy::OpenedStudy(Study study)
    : study_(std::move(study)), traces_(open_traces(study_)), points_(study_, networks_of(traces_)) {
  for (const traces::Trace& trace : traces_) {
    check_images(trace);
    check_thresholds(trace);
  }
}

Images OpenedStudy::images(std::size_t trace) const {
  return Images{study_.images ? study_.images->value : std::ssize(traces_.at(trace).images())};
}

void OpenedStudy::check_images(const traces::Trace& trace) const {
  const std::int64_t available = std::ssize(trace.images());
  if (study_.images && study_.images->value > available) {
    throw ConfigError(
        study_.file.string(), study_.images->place,
        fmt::format("the trace {} holds {} images; legal are 1 to {}", trace.file().string(), available, available));
  }
}

void OpenedStudy::check_thresholds(const traces::Trace& trace) const {
  for (const Axis& axis : study_.axes) {
    for (const AxisColumn& column : axis.columns) {
      if (!column.parameter.is_threshold()) {
        continue;
      }
      for (const std::string& value : column.values) {
        Accelerator untouched;
        traces::CodeThresholds thresholds;
        column.parameter.apply(value, trace.network(), untouched, thresholds);
        try {
          traces::check_has_codes(trace, thresholds);
        } catch (const traces::TraceError& error) {
          throw ConfigError(study_.file.string(), column.parameter.place(), error.what());
        }
      }
    }
  }
}

}  // namespace millrace::sim
