// Which points one worker solves.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/studies/design_points.hpp"

namespace millrace::sim {

/// Points of equal work, in groups that need no other: at least so many groups, if there are enough points, so groups
/// of one work are cut where there are too few. Depends on nothing but its arguments.
std::vector<std::vector<std::size_t>> group_by_work(const DesignPoints& all, const std::vector<std::size_t>& points,
                                                    std::size_t at_least);

/// One of several equal parts of a sweep.
struct Share {
  std::size_t number = 1;  ///< 1 to count
  std::size_t count = 1;
};

/// From "2/8". Throws std::invalid_argument.
Share read_share(const std::string& text);

/// Its points, ascending. All shares together are all points, each once.
std::vector<std::size_t> share_of(const DesignPoints& all, const std::vector<std::size_t>& points, Share share);

/// "1-3,7": points counted from 1. Needs ascending points.
std::string write_points(const std::vector<std::size_t>& points);
/// Throws std::invalid_argument if it is no such text, or names a point beyond `count`.
std::vector<std::size_t> read_points(const std::string& text, std::size_t count);

}  // namespace millrace::sim
