#include "tests/modules/support/convolution_function.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace millrace {

DotArrayParameters dot_array_of(const Convolution& layer, const Folding& folding) {
  DotArrayParameters parameters;
  parameters.units = folding.units();
  parameters.accumulations = layer.shape.out_height() * layer.shape.out_width() * layer.groups / folding.coarse_group;
  parameters.windows_per_accumulation = layer.group_channels() / (folding.coarse_in * folding.group_channels);
  parameters.words_per_accumulation = layer.group_filters() / folding.coarse_out;
  return parameters;
}

ConvolutionFunction::ConvolutionFunction(Convolution layer, Folding folding, Activation activation)
    : layer_(std::move(layer)),
      folding_(folding),
      activation_(std::move(activation)),
      parameters_(dot_array_of(layer_, folding)) {
  for (std::int64_t group = 0; group < folding.coarse_group; ++group) {
    for (std::int64_t in = 0; in < folding.coarse_in; ++in) {
      for (std::int64_t out = 0; out < folding.coarse_out; ++out) {
        const std::vector<std::int64_t> sums(static_cast<std::size_t>(parameters_.words_per_accumulation));
        units_.push_back({group, group * folding.coarse_in + in, in * folding.group_channels, out, sums});
      }
    }
  }
}

void ConvolutionFunction::window(const Values& window) {
  if (std::ssize(window.lanes) != layer_.shape.kernel * layer_.shape.kernel * folding_.lanes_in()) {
    throw std::logic_error("a window has kernel x kernel x lanes values");
  }
  for (Unit& unit : units_) {
    add_products(unit, window);
  }
  if (++beat_ == parameters_.windows_per_accumulation) {
    hand_over();
    beat_ = 0;
    first_group_ = (first_group_ + folding_.coarse_group) % layer_.groups;
  }
}

void ConvolutionFunction::add_products(Unit& unit, const Values& window) const {
  const std::int64_t kernel = layer_.shape.kernel;
  const std::int64_t channels_before = beat_ * folding_.coarse_in * folding_.group_channels + unit.beat_channel;
  const std::int64_t filters_before = (first_group_ + unit.group) * layer_.group_filters() + unit.filter;
  for (std::int64_t position = 0; position < kernel * kernel; ++position) {
    for (std::int64_t channel = 0; channel < folding_.group_channels; ++channel) {
      const std::int64_t lane = unit.lane_unit * folding_.group_channels + channel;
      const std::int64_t value = window.lanes[static_cast<std::size_t>(position * folding_.lanes_in() + lane)];
      for (std::size_t j = 0; j < unit.sums.size(); ++j) {
        const std::int64_t filter = filters_before + static_cast<std::int64_t>(j) * folding_.coarse_out;
        unit.sums[j] += value * layer_.weight(filter, position / kernel, position % kernel, channels_before + channel);
      }
    }
  }
}

void ConvolutionFunction::hand_over() {
  for (std::size_t j = 0; j < static_cast<std::size_t>(parameters_.words_per_accumulation); ++j) {
    std::vector<std::int64_t> sums(static_cast<std::size_t>(folding_.lanes_out()));
    for (Unit& unit : units_) {
      sums[static_cast<std::size_t>(unit.group * folding_.coarse_out + unit.filter)] += std::exchange(unit.sums[j], 0);
    }
    Values word;
    for (std::int64_t lane = 0; lane < folding_.lanes_out(); ++lane) {
      const std::int64_t filter = (first_group_ + lane / folding_.coarse_out) * layer_.group_filters() +
                                  static_cast<std::int64_t>(j) * folding_.coarse_out + lane % folding_.coarse_out;
      word.lanes.push_back(
          activation_(layer_.biases[static_cast<std::size_t>(filter)] + sums[static_cast<std::size_t>(lane)]));
    }
    outputs_.push_back(std::move(word));
  }
}

Values ConvolutionFunction::next_output() {
  if (outputs_.empty()) {
    throw std::logic_error("an engine asked for a word that is not summed yet");
  }
  Values word = std::move(outputs_.front());
  outputs_.pop_front();
  return word;
}

}  // namespace millrace
