#include "sim/diff/diff_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include "sim/diff/configuration_diff.hpp"

namespace millrace::sim {
namespace {

/// Of something that is in both results.
template <typename T>
struct Pair {
  T before;
  T after;
};

template <typename T>
std::vector<Pair<T>> in_both(const std::vector<T>& before, const std::vector<T>& after) {
  std::map<std::string, T> by_name;
  for (const T& one : after) {
    by_name.emplace(one.name, one);
  }
  std::vector<Pair<T>> pairs;
  for (const T& one : before) {
    const auto found = by_name.find(one.name);
    if (found != by_name.end()) {
      pairs.push_back({one, found->second});
    }
  }
  return pairs;
}

/// How many cycles an image went elsewhere.
double weight(const Pair<EngineCycles>& engine) {
  return std::abs(engine.after.busy - engine.before.busy) + std::abs(engine.after.starved - engine.before.starved) +
         std::abs(engine.after.blocked - engine.before.blocked);
}

/// Waiting counts before what only holds more or fewer words.
std::tuple<double, std::int64_t, std::int64_t> weight(const Pair<StreamFill>& stream) {
  return {std::abs(stream.after.waited - stream.before.waited),
          std::abs(stream.after.high_water - stream.before.high_water),
          std::abs(stream.after.depth - stream.before.depth)};
}

/// Those that changed, the largest change first.
template <typename T>
std::vector<Pair<T>> largest_first(std::vector<Pair<T>> pairs) {
  std::erase_if(pairs, [](const Pair<T>& pair) { return weight(pair) == decltype(weight(pair)){}; });
  std::ranges::stable_sort(pairs, [](const Pair<T>& a, const Pair<T>& b) { return weight(a) > weight(b); });
  return pairs;
}

template <typename T>
std::size_t longest_name(const std::vector<Pair<T>>& pairs, std::size_t rows) {
  std::size_t width = 6;
  for (std::size_t row = 0; row < std::min(rows, pairs.size()); ++row) {
    width = std::max(width, pairs[row].before.name.size());
  }
  return width;
}

std::string number(double value) {
  return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

std::string arrow(double before, double after) {
  return before == after ? number(before) : number(before) + " > " + number(after);
}

class Table {
 public:
  explicit Table(std::size_t rows) : rows_(rows) {}

  void origins(const ResultFile& before, const ResultFile& after) {
    std::map<std::string, Pair<std::string>> origins;
    for (const auto& [name, text] : before.origins) {
      origins[name].before = text;
    }
    for (const auto& [name, text] : after.origins) {
      origins[name].after = text;
    }
    origins["network"] = {before.network, after.network};
    for (const auto& [name, pair] : origins) {
      if (pair.before != pair.after) {
        line("{}: {} > {}", name, pair.before.empty() ? "none" : pair.before, pair.after.empty() ? "none" : pair.after);
      }
    }
  }

  void configuration(const ConfigurationDiff& diff) {
    if (diff.empty()) {
      return;
    }
    heading("configuration");
    for (std::size_t row = 0; row < std::min(rows_, diff.changes.size()); ++row) {
      const ConfigurationChange& change = diff.changes[row];
      line("  {}{}: {} > {}", change.key, place_of(change), change.before, change.after);
    }
    more(diff.changes.size());
    only("before", diff.only_before);
    only("after", diff.only_after);
  }

  void totals(const RunNumbers& before, const RunNumbers& after) {
    const std::vector<Pair<NamedNumber>> pairs = in_both(before.totals, after.totals);
    const bool is_same =
        std::ranges::all_of(pairs, [](const Pair<NamedNumber>& pair) { return pair.before.value == pair.after.value; });
    if (is_same && before.bottleneck == after.bottleneck) {
      return;
    }
    heading(fmt::format("{:<16} {:>14} {:>14} {:>9}", "totals", "before", "after", "change"));
    for (const auto& [was, is] : pairs) {
      const std::string change =
          was.value == 0 ? "" : fmt::format("{:+.2f} %", 100.0 * (is.value - was.value) / was.value);
      line("  {:<14} {:>14} {:>14} {:>9}", was.name, number(was.value), number(is.value),
           was.value == is.value ? "=" : change);
    }
    line("  {:<14} {}", "bottleneck",
         before.bottleneck == after.bottleneck ? before.bottleneck : before.bottleneck + " > " + after.bottleneck);
  }

  void engines(const std::vector<EngineCycles>& before, const std::vector<EngineCycles>& after) {
    const std::vector<Pair<EngineCycles>> pairs = largest_first(in_both(before, after));
    if (pairs.empty()) {
      return;
    }
    const std::size_t width = longest_name(pairs, rows_);
    heading(fmt::format("{:<{}} {:>19} {:>19} {:>19}", "cycles an image", width + 2, "busy", "starved", "blocked"));
    for (std::size_t row = 0; row < std::min(rows_, pairs.size()); ++row) {
      const auto& [was, is] = pairs[row];
      line("  {:<{}} {:>19} {:>19} {:>19}", was.name, width, arrow(was.busy, is.busy), arrow(was.starved, is.starved),
           arrow(was.blocked, is.blocked));
    }
    more(pairs.size());
  }

  void streams(const std::vector<StreamFill>& before, const std::vector<StreamFill>& after) {
    const std::vector<Pair<StreamFill>> pairs = largest_first(in_both(before, after));
    if (pairs.empty()) {
      return;
    }
    const std::size_t width = longest_name(pairs, rows_);
    heading(fmt::format("{:<{}} {:>19} {:>15} {:>15}", "streams", width + 2, "waited an image", "high water", "depth"));
    for (std::size_t row = 0; row < std::min(rows_, pairs.size()); ++row) {
      const auto& [was, is] = pairs[row];
      line("  {:<{}} {:>19} {:>15} {:>15}", was.name, width, arrow(was.waited, is.waited),
           arrow(static_cast<double>(was.high_water), static_cast<double>(is.high_water)),
           arrow(static_cast<double>(was.depth), static_cast<double>(is.depth)));
    }
    more(pairs.size());
  }

  std::string take() { return text_.empty() ? "no difference\n" : std::move(text_); }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void heading(const std::string& text) { line("{}{}", text_.empty() ? "" : "\n", text); }

  void more(std::size_t all) {
    if (all > rows_) {
      line("  ... and {} more; --rows {} shows all", all - rows_, all);
    }
  }

  static std::string place_of(const ConfigurationChange& change) {
    if (change.kind.empty()) {
      return "";
    }
    if (change.names.size() == 1) {
      return fmt::format(" of {}", change.names.front());
    }
    return fmt::format(" of {} {}, the first is {}", change.names.size(), change.kind, change.names.front());
  }

  void only(const char* where, const std::vector<std::string>& names) {
    for (std::size_t row = 0; row < std::min(rows_, names.size()); ++row) {
      line("  only {}: {}", where, names[row]);
    }
    more(names.size());
  }

  std::size_t rows_;
  std::string text_;
};

}  // namespace

std::string diff_table(const ResultFile& before, const ResultFile& after, std::size_t rows) {
  if (before.schema != after.schema) {
    throw DiffError(fmt::format("{} is of schema '{}' and {} of '{}': compare two results, or two plans",
                                before.file.string(), before.schema, after.file.string(), after.schema));
  }
  Table table(rows);
  table.origins(before, after);
  table.configuration(diff_configurations(before.configuration, after.configuration));
  if (before.run && after.run) {
    table.totals(*before.run, *after.run);
    table.engines(before.run->engines, after.run->engines);
    table.streams(before.run->streams, after.run->streams);
  }
  return table.take();
}

}  // namespace millrace::sim
