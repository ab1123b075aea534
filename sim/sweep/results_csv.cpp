#include "sim/sweep/results_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "sim/sweep/result_columns.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::sim {
namespace {

using Fields = std::vector<std::string>;

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c;
    if (c == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

std::string line(const Fields& fields) {
  std::string text;
  for (const std::string& one : fields) {
    text += (text.empty() ? "" : ",") + field(one);
  }
  return text + '\n';
}

void append(Fields& fields, const Fields& more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

Fields result_names() {
  Fields names;
  for (const ResultColumn& column : result_columns()) {
    names.push_back(column.name);
  }
  return names;
}

/// Of the points that have a result.
std::map<std::size_t, bool> front_of(const std::map<std::size_t, PointRow>& rows, const Objectives& objectives) {
  std::vector<std::size_t> points;
  std::vector<std::vector<double>> costs;
  for (const auto& [point, row] : rows) {
    if (row.status != PointStatus::kOk) {
      continue;
    }
    points.push_back(point);
    std::vector<double>& cost = costs.emplace_back();
    for (const std::size_t column : objectives) {
      const double value = std::strtod(row.results[column].c_str(), nullptr);
      cost.push_back(result_columns()[column].better == Better::kHigher ? -value : value);
    }
  }
  const std::vector<bool> is_on_front = pareto_front(costs);
  std::map<std::size_t, bool> front;
  for (std::size_t index = 0; index < points.size(); ++index) {
    front[points[index]] = is_on_front[index];
  }
  return front;
}

bool has_thresholds(const Study& study, const Fields& values) {
  std::size_t index = 0;
  bool any = false;
  for (const Axis& axis : study.axes) {
    for (const AxisColumn& column : axis.columns) {
      any = any || (column.parameter.is_threshold() && values[index] != "0");
      ++index;
    }
  }
  return any;
}

}  // namespace

std::string results_csv(const OpenedStudy& opened, const std::map<std::size_t, PointRow>& rows,
                        const std::optional<Objectives>& objectives) {
  const Study& study = opened.study();
  const std::map<std::size_t, bool> front = objectives ? front_of(rows, *objectives) : std::map<std::size_t, bool>();
  Fields header = {"point", "trace"};
  append(header, study.columns());
  append(header, {"thresholds", "status"});
  append(header, result_names());
  append(header, objectives ? Fields{"pareto", "reason"} : Fields{"reason"});
  std::string text = line(header);
  for (std::size_t point = 0; point < opened.points().size(); ++point) {
    const PointRow& row = rows.at(point);
    const Fields values = opened.points().values(point);
    Fields fields = {std::to_string(point + 1), study.traces[opened.points().trace(point)].name};
    append(fields, values);
    append(fields, {has_thresholds(study, values) ? "first order" : "", status_name(row.status)});
    append(fields, row.results.empty() ? Fields(result_columns().size()) : row.results);
    if (objectives) {
      const auto found = front.find(point);
      fields.emplace_back(found != front.end() && found->second ? "yes" : "no");
    }
    fields.push_back(row.reason);
    text += line(fields);
  }
  return text;
}

void check_columns(const Study& study) {
  Fields taken = {"point", "trace", "thresholds", "status", "pareto", "reason"};
  append(taken, result_names());
  for (const Axis& axis : study.axes) {
    for (const AxisColumn& column : axis.columns) {
      if (std::ranges::find(taken, column.name) != taken.end()) {
        throw ConfigError(study.file.string(), column.parameter.place(),
                          fmt::format("a column {} is in the results anyway; give this one another 'name'",
                                      traces::in_quotes(column.name)));
      }
    }
  }
}

}  // namespace millrace::sim
