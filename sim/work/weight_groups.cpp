#include "sim/work/weight_groups.hpp"

#include "sim/work/bits.hpp"

namespace millrace::sim {

WeightGroups::WeightGroups(const DotEngine& engine, const traces::MaskView& mask)
    : lane_units_(engine.folding.coarse_group * engine.folding.coarse_in), coarse_out_(engine.folding.coarse_out) {
  const GroupLayout layout(engine);
  const std::int64_t filters = engine.array.words_per_accumulation;
  const std::int64_t filters_of_group = engine.filters / engine.groups;
  const std::int64_t channels_of_group = engine.channels / engine.groups;
  stride_ = filters * layout.words;
  bits_.resize(static_cast<std::size_t>(layout.beats_per_pixel * lane_units_ * coarse_out_ * stride_));

  for (std::int64_t filter = 0; filter < engine.filters; ++filter) {
    const std::int64_t group = filter / filters_of_group;
    const std::int64_t out = filter % filters_of_group % coarse_out_;
    const std::int64_t turn = filter % filters_of_group / coarse_out_;
    for (std::int64_t position = 0; position < layout.kernel * layout.kernel; ++position) {
      const std::span<const std::uint8_t> channels =
          mask.at(filter, position / layout.kernel, position % layout.kernel);
      const std::int64_t first_bit = position * layout.group_channels;
      const auto words_of = [&](std::int64_t channel) {
        const std::int64_t slot = (group * channels_of_group + channel) / layout.group_channels;
        return bits_.begin() + (slot * coarse_out_ + out) * stride_ + turn * layout.words;
      };
      if (layout.group_channels == 1) {
        for_each_bit(channels, [&](std::int64_t channel) {
          words_of(channel)[first_bit / 64] |= std::uint64_t{1} << (first_bit % 64);
        });
        continue;
      }
      for (std::int64_t channel = 0; channel < channels_of_group; channel += layout.group_channels) {
        BitPacker packer{std::span(words_of(channel), static_cast<std::size_t>(layout.words))};
        packer.skip(first_bit);
        packer.append(channels, channel, layout.group_channels);
      }
    }
  }
}

}  // namespace millrace::sim
