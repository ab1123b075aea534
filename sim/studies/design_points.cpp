#include "sim/studies/design_points.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/plan/planner.hpp"
#include "sim/studies/draw.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

constexpr std::uint64_t kLargestGrid = std::uint64_t{1} << 62;

/// The grid with `steps` more steps on an axis. Throws ConfigError beyond what can be counted.
std::uint64_t grown(std::uint64_t grid, std::size_t steps, const Study& study) {
  if (grid > kLargestGrid / steps) {
    throw ConfigError(study.file.string(), {}, "the grid has more than 2^62 points; take fewer axes or values");
  }
  return grid * steps;
}

}  // namespace

DesignPoints::DesignPoints(const Study& study, std::vector<traces::Network> networks)
    : study_(study), networks_(std::move(networks)), is_sample_(study.sample.has_value()) {
  for (const Axis& axis : study.axes) {
    axes_grid_ = grown(axes_grid_, axis.steps(), study);
    for (const AxisColumn& column : axis.columns) {
      std::ranges::for_each(networks_, [&](const traces::Network& network) { column.parameter.check(network); });
    }
  }
  grid_ = grown(axes_grid_, study.traces.size(), study);
  if (is_sample_) {
    if (study.sample->points > grid_) {
      throw ConfigError(study.file.string(), study.sample->place,
                        fmt::format("sample draws {} points of a grid of {}; legal are up to {}", study.sample->points,
                                    grid_, grid_));
    }
    Random random(study.sample->seed, "sample", 0);
    const std::set<std::uint64_t> drawn = draw_distinct(random, study.sample->points, grid_);
    sample_.assign(drawn.begin(), drawn.end());
  } else if (grid_ > Study::kMostPoints) {
    throw ConfigError(study.file.string(), {},
                      fmt::format("the grid has {} points, legal are {}; take fewer values, or draw some with "
                                  "'sample: {{points: 1000}}'",
                                  grid_, Study::kMostPoints));
  }
}

std::vector<std::size_t> DesignPoints::steps(std::size_t point) const {
  std::uint64_t rest = grid_index(point) % axes_grid_;
  std::vector<std::size_t> steps(study_.axes.size());
  for (std::size_t axis = study_.axes.size(); axis-- > 0;) {
    steps[axis] = static_cast<std::size_t>(rest % study_.axes[axis].steps());
    rest /= study_.axes[axis].steps();
  }
  return steps;
}

std::vector<std::string> DesignPoints::values(std::size_t point) const {
  const std::vector<std::size_t> step = steps(point);
  std::vector<std::string> values;
  for (std::size_t axis = 0; axis < study_.axes.size(); ++axis) {
    for (const AxisColumn& column : study_.axes[axis].columns) {
      values.push_back(column.values[step[axis]]);
    }
  }
  return values;
}

std::uint64_t DesignPoints::work_key(std::size_t point) const {
  const std::vector<std::size_t> step = steps(point);
  std::uint64_t key = trace(point);
  for (std::size_t axis = 0; axis < study_.axes.size(); ++axis) {
    if (study_.axes[axis].effect() == Effect::kWork) {
      key = key * study_.axes[axis].steps() + step[axis];
    }
  }
  return key;
}

DesignPoint DesignPoints::at(std::size_t point) const {
  DesignPoint result{trace(point), study_.accelerator, {}};
  result.accelerator.trace = study_.traces[result.trace].file;
  const std::vector<std::size_t> step = steps(point);
  bool has_streams = false;
  for (std::size_t axis = 0; axis < study_.axes.size(); ++axis) {
    for (const AxisColumn& column : study_.axes[axis].columns) {
      if (column.parameter.streams()) {
        has_streams = true;
      } else {
        column.parameter.apply(column.values[step[axis]], networks_[result.trace], result.accelerator,
                               result.thresholds);
      }
    }
  }
  if (has_streams) {
    set_streams(step, result);
  }
  return result;
}

void DesignPoints::set_streams(const std::vector<std::size_t>& steps, DesignPoint& point) const {
  // Which streams there are follows from the folding: lanes that differ have a Rebundle between them.
  const Plan plan = draft_plan(point.accelerator, networks_[point.trace]).plan;
  for (std::size_t axis = 0; axis < study_.axes.size(); ++axis) {
    for (const AxisColumn& column : study_.axes[axis].columns) {
      const std::optional<NamePattern>& pattern = column.parameter.streams();
      if (!pattern) {
        continue;
      }
      bool is_met = false;
      for (const PlannedStream& stream : plan.streams) {
        if (pattern->matches(stream.name)) {
          point.accelerator.streams[stream.name] = {std::stoll(column.values[steps[axis]]), {}};
          is_met = true;
        }
      }
      if (!is_met) {
        throw ConfigError(study_.file.filename().string(), column.parameter.place(),
                          fmt::format("this design has no stream {}; 'millrace plan' lists them",
                                      traces::in_quotes(pattern->text())));
      }
    }
  }
}

}  // namespace millrace::sim
