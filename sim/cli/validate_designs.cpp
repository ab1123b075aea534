#include "sim/cli/validate_designs.hpp"

#include <fmt/format.h>

#include "sim/cli/run_options.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/comparison_csv.hpp"
#include "sim/output/comparison_table.hpp"
#include "sim/output/progress.hpp"
#include "sim/structure/join_depths.hpp"
#include "sim/studies/design_points.hpp"
#include "sim/studies/study.hpp"
#include "sim/validation/design_comparison.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

void refuse_thresholds(const Study& study) {
  for (const Axis& axis : study.axes) {
    for (const AxisColumn& column : axis.columns) {
      if (column.parameter.is_threshold()) {
        throw ConfigError(study.file.string(), column.parameter.place(),
                          "designs are compared on the zeros of the trace as it is, so no axis may set a threshold; "
                          "'millrace sweep' takes such a study");
      }
    }
  }
}

/// A study and its traces, open.
class OpenDesigns {
 public:
  explicit OpenDesigns(const std::string& file)
      : study_(Study::read(file)), traces_(open_traces(study_)), points_(study_, networks_of(traces_)) {
    refuse_thresholds(study_);
    for (const traces::Trace& trace : traces_) {
      check_images(trace);
    }
  }
  OpenDesigns(const OpenDesigns&) = delete;
  OpenDesigns& operator=(const OpenDesigns&) = delete;

  const Study& study() const { return study_; }
  const DesignPoints& points() const { return points_; }

  DesignList list() const {
    const auto trace = [this](std::size_t design) -> const traces::Trace& { return traces_.at(points_.trace(design)); };
    const auto images = [this, trace](std::size_t design) {
      return Images{study_.images ? study_.images->value : std::ssize(trace(design).images())};
    };
    const auto plan = [this, trace](std::size_t design) {
      return complete(draft_plan(points_.at(design).accelerator, trace(design).network()));
    };
    return {points_.size(), trace, images, [this](std::size_t design) { return points_.work_key(design); }, plan};
  }

 private:
  static std::vector<traces::Trace> open_traces(const Study& study) {
    std::vector<traces::Trace> traces;
    for (const StudyTrace& trace : study.traces) {
      traces.push_back(traces::Trace::open(trace.file));
    }
    return traces;
  }

  static std::vector<traces::Network> networks_of(const std::vector<traces::Trace>& traces) {
    std::vector<traces::Network> networks;
    for (const traces::Trace& trace : traces) {
      networks.push_back(trace.network());
    }
    return networks;
  }

  void check_images(const traces::Trace& trace) const {
    const std::int64_t available = std::ssize(trace.images());
    if (study_.images && trace.has_masks() && study_.images->value > available) {
      throw ConfigError(
          study_.file.string(), study_.images->place,
          fmt::format("the trace {} holds {} images; legal are 1 to {}", trace.file().string(), available, available));
    }
  }

  Study study_;
  std::vector<traces::Trace> traces_;
  DesignPoints points_;
};

DesignColumns columns_of(const OpenDesigns& designs) {
  const Study& study = designs.study();
  const DesignPoints& points = designs.points();
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
std::vector<ComparedDesign> compare(const OpenDesigns& opened, const analytical::LayerModel& model,
                                    const WorkOptions& options, Progress::Audience audience) {
  Progress progress("designs", audience);
  return compare_designs(opened.list(), model, options, [&](std::size_t done, std::size_t all) {
    progress.report(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  });
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
  const OpenDesigns opened(study);
  const std::vector<ComparedDesign> designs =
      compare(opened, model, work_options(values), quiet ? Progress::Audience::kNobody : Progress::Audience::kUser);
  const DesignColumns columns = columns_of(opened);
  if (values.contains("csv")) {
    write_file(values["csv"].as<std::string>(), comparison_csv(columns, designs));
  }
  if (!quiet) {
    fmt::print("{}", comparison_table(columns, designs));
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
