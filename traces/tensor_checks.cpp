#include "traces/tensor_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <string>

#include "traces/in_quotes.hpp"
#include "traces/mapped_file.hpp"
#include "traces/network.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {
namespace {

/// What has been checked is released by so many bytes.
constexpr std::size_t part_bytes = std::size_t{1} << 20;

std::string place_of(const TensorInfo& tensor) {
  return fmt::format("tensor {}", in_quotes(tensor.name));
}

}  // namespace

void check_shape(const TensorInfo& tensor, const std::vector<std::int64_t>& expected) {
  if (tensor.shape != expected) {
    throw TraceError(fmt::format("{}: shape is [{}], the graph asks for [{}]; correct the graph or the tensor",
                                 place_of(tensor), fmt::join(tensor.shape, ", "), fmt::join(expected, ", ")));
  }
}

void check_dtype(const TensorInfo& tensor, std::initializer_list<std::string_view> legal) {
  for (const std::string_view dtype : legal) {
    if (tensor.dtype == dtype) {
      return;
    }
  }
  throw TraceError(
      fmt::format("{}: dtype is {}, must be {}", place_of(tensor), tensor.dtype, fmt::join(legal, " or ")));
}

void check_spare_bits(const TensorInfo& tensor, std::span<const std::uint8_t> mask, std::int64_t channels) {
  const int used = static_cast<int>(channels % 8);
  if (used == 0) {
    return;
  }
  const auto bytes = static_cast<std::size_t>(mask_bytes(channels));
  std::size_t begin = 0;
  for (std::size_t last = bytes - 1; last < mask.size(); last += bytes) {
    if ((mask[last] >> used) != 0) {
      throw TraceError(
          fmt::format("{}: byte {} has a bit set beyond channel {}; spare bits must be 0: pack with bitorder='little' "
                      "along channels",
                      place_of(tensor), last, channels - 1));
    }
    if (last - begin >= part_bytes) {
      release_pages(mask.subspan(begin, last - begin));
      begin = last;
    }
  }
}

void check_codes_match_mask(const TensorInfo& tensor, std::span<const std::uint8_t> codes,
                            std::span<const std::uint8_t> mask, std::int64_t channels) {
  const auto width = static_cast<std::size_t>(channels);
  const auto bytes = static_cast<std::size_t>(mask_bytes(channels));
  std::size_t begin = 0;
  for (std::size_t position = 0; position * width < codes.size(); ++position) {
    for (std::size_t channel = 0; channel < width; ++channel) {
      const bool is_set = ((mask[position * bytes + channel / 8] >> (channel % 8)) & 1) != 0;
      if (is_set != (codes[position * width + channel] != 0)) {
        throw TraceError(fmt::format("{}: code {} is {}, but its mask bit is {}; a code is 0 exactly where the mask is",
                                     place_of(tensor), position * width + channel, codes[position * width + channel],
                                     is_set ? 1 : 0));
      }
    }
    if ((position - begin) * width >= part_bytes) {
      release_pages(codes.subspan(begin * width, (position - begin) * width));
      release_pages(mask.subspan(begin * bytes, (position - begin) * bytes));
      begin = position;
    }
  }
}

}  // namespace millrace::traces
