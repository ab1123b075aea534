// The weight masks of a layer, packed group by group in the order in which its units work them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/work/group_layout.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// Groups by beat of a pixel, lane unit, coarse_out unit; behind each other the filters that this unit works through.
class WeightGroups {
 public:
  WeightGroups(const DotEngine& engine, const traces::MaskView& mask);

  /// coarse_out units x filters x layout.words packed words.
  std::span<const std::uint64_t> of_lane(std::int64_t beat, std::int64_t lane_unit) const {
    const std::int64_t size = coarse_out_ * stride_;
    return std::span(bits_).subspan(static_cast<std::size_t>((beat * lane_units_ + lane_unit) * size),
                                    static_cast<std::size_t>(size));
  }
  /// Filters x layout.words packed words.
  std::span<const std::uint64_t> of_unit(std::int64_t beat, std::int64_t lane_unit, std::int64_t out_unit) const {
    const std::int64_t first = ((beat * lane_units_ + lane_unit) * coarse_out_ + out_unit) * stride_;
    return std::span(bits_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(stride_));
  }

 private:
  std::int64_t lane_units_;
  std::int64_t coarse_out_;
  std::int64_t stride_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace millrace::sim
