// The activation groups of one window: gathered from a mask, padding as zeros.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/work/group_layout.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class WindowGroups {
 public:
  WindowGroups(const DotEngine& engine, const traces::MaskView& mask);

  /// Gathers the window of one output position; afterwards of() is valid for it.
  void gather(std::int64_t image, std::int64_t out_row, std::int64_t out_column);
  /// layout.words packed words.
  std::span<const std::uint64_t> of(std::int64_t beat, std::int64_t lane_unit) const {
    const std::int64_t first = (beat * layout_.lane_units + lane_unit) * layout_.words;
    return std::span(bits_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(layout_.words));
  }

 private:
  std::span<const std::uint8_t> pixel(std::int64_t image, std::int64_t row, std::int64_t column);
  void put_channels(std::span<const std::uint8_t> pixel, std::int64_t position);

  GroupLayout layout_;
  WindowShape window_;
  std::int64_t channels_;
  traces::MaskView mask_;
  std::int64_t mask_channels_;
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint8_t> flat_;
};

}  // namespace millrace::sim
