#include "sim/cli/validate_designs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/interruption.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/comparison_csv.hpp"
#include "sim/output/comparison_table.hpp"
#include "sim/output/progress.hpp"
#include "sim/structure/join_depths.hpp"
#include "sim/studies/design_points.hpp"
#include "sim/studies/opened_study.hpp"
#include "sim/validation/design_comparison.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

Study refusing_thresholds(Study study) {
  for (const Axis& axis : study.axes) {
    for (const AxisColumn& column : axis.columns) {
      if (column.parameter.is_threshold()) {
        throw ConfigError(study.file.string(), column.parameter.place(),
                          "designs are compared on the zeros of the trace as it is, so no axis may set a threshold; "
                          "'millrace sweep' takes such a study");
      }
    }
  }
  return study;
}

DesignList list_of(const OpenedStudy& opened) {
  const DesignPoints& points = opened.points();
  return {points.size(), [&](std::size_t design) -> const traces::Trace& { return opened.trace(points.trace(design)); },
          [&](std::size_t design) { return opened.images(points.trace(design)); },
          [&](std::size_t design) { return points.work_key(design); },
          [&](std::size_t design) {
            return complete(draft_plan(points.at(design).accelerator, opened.trace(points.trace(design)).network()));
          }};
}

DesignColumns columns_of(const OpenedStudy& opened) {
  const Study& study = opened.study();
  const DesignPoints& points = opened.points();
  DesignColumns columns{study.columns(), {}};
  for (std::size_t design = 0; design < points.size(); ++design) {
    columns.values.push_back(points.values(design));
  }
  // Which trace it is on comes first, if there are several.
  if (study.traces.size() > 1) {
    columns.names.insert(columns.names.begin(), "trace");
    for (std::size_t design = 0; design < points.size(); ++design) {
      columns.values[design].insert(columns.values[design].begin(), study.traces.at(points.trace(design)).name);
    }
  }
  return columns;
}

/// The progress bar is gone when this returns.
std::vector<ComparedDesign> compare(const OpenedStudy& opened, const analytical::LayerModel& model,
                                    const WorkOptions& options, Progress::Audience audience) {
  const Interruption interruption;
  Progress progress("designs", audience);
  return compare_designs(
      list_of(opened), model, options,
      [&](std::size_t done, std::size_t all) {
        progress.report(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
      },
      interruption.stop());
}

}  // namespace

Exit validate_designs(const std::string& study, const po::variables_map& values, const analytical::LayerModel& model) {
  for (const char* option : {"trace", "images", "json"}) {
    if (values.contains(option)) {
      throw UsageError(
          fmt::format("--{} does not go with --designs; {}", option,
                      option == std::string("json") ? "results go to --csv" : "the study says what it runs on"));
    }
  }
  const bool quiet = values.contains("quiet");
  const OpenedStudy opened(refusing_thresholds(Study::read(study)));
  const std::vector<ComparedDesign> designs =
      compare(opened, model, work_options(values), quiet ? Progress::Audience::kNobody : Progress::Audience::kUser);
  const DesignColumns columns = columns_of(opened);
  if (values.contains("csv")) {
    write_file(values["csv"].as<std::string>(), comparison_csv(columns, designs));
  }
  const auto left = std::count_if(designs.begin(), designs.end(),
                                  [](const ComparedDesign& design) { return design.problem == kInterrupted; });
  if (left > 0) {
    fmt::print(stderr, "millrace: interrupted; {} of {} designs are compared{}\n", std::ssize(designs) - left,
               designs.size(), values.contains("csv") ? ", and the file holds them" : "");
    return Exit::kInterrupted;
  }
  if (!quiet) {
    fmt::print("{}", comparison_table(columns, designs));
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
