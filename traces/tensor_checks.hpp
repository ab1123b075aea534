// Checks of one tensor against what the graph asks for. All throw TraceError with the tensor's name.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "traces/safetensors.hpp"

namespace millrace::traces {

void check_shape(const TensorInfo& tensor, const std::vector<std::int64_t>& expected);
void check_dtype(const TensorInfo& tensor, std::initializer_list<std::string_view> legal);
/// Masks and codes of a mapped file; what has been checked is taken out of memory until it is read again.

/// The bits of each position beyond `channels` must be 0.
void check_spare_bits(const TensorInfo& tensor, std::span<const std::uint8_t> mask, std::int64_t channels);
/// A code must be 0 exactly where its mask bit is.
void check_codes_match_mask(const TensorInfo& tensor, std::span<const std::uint8_t> codes,
                            std::span<const std::uint8_t> mask, std::int64_t channels);

}  // namespace millrace::traces
