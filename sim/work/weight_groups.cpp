#include "sim/work/weight_groups.hpp"

#include "sim/work/bits.hpp"

namespace millrace::sim {

WeightGroups::WeightGroups(const DotEngine& engine, const traces::MaskView& mask)
    : lane_units_(engine.folding.coarse_group * engine.folding.coarse_in), coarse_out_(engine.folding.coarse_out) {
  const GroupLayout layout(engine);
  const std::int64_t filters = engine.array.words_per_accumulation;
  const std::int64_t group_filters = engine.filters / engine.groups;
  const std::int64_t group_channels = engine.channels / engine.groups;
  stride_ = filters * layout.words;
  bits_.resize(static_cast<std::size_t>(layout.beats_per_pixel * lane_units_ * coarse_out_ * stride_));

  std::size_t slot = 0;
  for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
    for (std::int64_t lane = 0; lane < lane_units_; ++lane) {
      const std::int64_t channel = layout.first_channel(beat, lane);
      const std::int64_t group = channel / group_channels;
      for (std::int64_t out = 0; out < coarse_out_; ++out) {
        for (std::int64_t turn = 0; turn < filters; ++turn) {
          const std::int64_t filter = group * group_filters + turn * coarse_out_ + out;
          BitPacker packer{std::span(bits_).subspan(slot, static_cast<std::size_t>(layout.words))};
          for (std::int64_t row = 0; row < layout.kernel; ++row) {
            for (std::int64_t column = 0; column < layout.kernel; ++column) {
              packer.append(mask.at(filter, row, column), channel % group_channels, layout.group_channels);
            }
          }
          slot += static_cast<std::size_t>(layout.words);
        }
      }
    }
  }
}

}  // namespace millrace::sim
