#include "sim/sweep/work_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

namespace millrace::sim {
namespace {

/// What a command line can name, whatever the numbers.
constexpr std::size_t kMostOfAGroup = 8192;

std::optional<std::size_t> to_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<std::vector<std::size_t>> group_by_work(const DesignPoints& all, const std::vector<std::size_t>& points,
                                                    std::size_t at_least) {
  std::vector<std::vector<std::size_t>> by_work;
  std::unordered_map<std::uint64_t, std::size_t> index_of;
  for (const std::size_t point : points) {
    const auto [found, is_new] = index_of.try_emplace(all.work_key(point), by_work.size());
    if (is_new) {
      by_work.emplace_back();
    }
    by_work[found->second].push_back(point);
  }
  std::vector<std::vector<std::size_t>> groups;
  for (const std::vector<std::size_t>& same : by_work) {
    const std::size_t wanted = (at_least + by_work.size() - 1) / by_work.size();
    const std::size_t needed = (same.size() + kMostOfAGroup - 1) / kMostOfAGroup;
    const std::size_t pieces = std::min(same.size(), std::max(wanted, needed));
    const std::size_t first = groups.size();
    groups.resize(first + pieces);
    // In turn, as neighbours take about as long as each other.
    for (std::size_t index = 0; index < same.size(); ++index) {
      groups[first + index % pieces].push_back(same[index]);
    }
  }
  return groups;
}

Share read_share(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto number = to_number(std::string_view(text).substr(0, slash));
  const auto count = to_number(std::string_view(text).substr(std::min(slash + 1, text.size())));
  if (!number || !count || *number < 1 || *number > *count) {
    throw std::invalid_argument(fmt::format("{}: must be I/N with I from 1 to N, such as 2/8", text));
  }
  return {*number, *count};
}

std::vector<std::size_t> share_of(const DesignPoints& all, const std::vector<std::size_t>& points, Share share) {
  const std::vector<std::vector<std::size_t>> groups = group_by_work(all, points, share.count);
  std::vector<std::size_t> own;
  for (std::size_t group = share.number - 1; group < groups.size(); group += share.count) {
    own.insert(own.end(), groups[group].begin(), groups[group].end());
  }
  std::ranges::sort(own);
  return own;
}

std::string write_points(const std::vector<std::size_t>& points) {
  std::string text;
  for (std::size_t begin = 0; begin < points.size();) {
    std::size_t last = begin;
    while (last + 1 < points.size() && points[last + 1] == points[last] + 1) {
      ++last;
    }
    text += fmt::format("{}{}", text.empty() ? "" : ",", points[begin] + 1);
    if (last > begin) {
      text += fmt::format("-{}", points[last] + 1);
    }
    begin = last + 1;
  }
  return text;
}

std::vector<std::size_t> read_points(const std::string& text, std::size_t count) {
  std::vector<std::size_t> points;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = std::string_view(text).substr(begin, end - begin);
    const std::size_t dash = part.find('-');
    const std::optional<std::size_t> first = to_number(part.substr(0, dash));
    const std::optional<std::size_t> last = dash == std::string_view::npos ? first : to_number(part.substr(dash + 1));
    if (!first || !last || *first < 1 || *last < *first || *last > count) {
      throw std::invalid_argument(fmt::format("'{}' names points that are not there; legal are 1 to {}", part, count));
    }
    for (std::size_t point = *first; point <= *last; ++point) {
      points.push_back(point - 1);
    }
    begin = end + 1;
  }
  return points;
}

}  // namespace millrace::sim
