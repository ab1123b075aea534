// What a network may have; wide enough for every network in use, narrow enough that no product overflows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::traces {

inline constexpr std::int64_t largest_dimension = 65536;
inline constexpr std::int64_t largest_class = largest_dimension - 1;
inline constexpr std::int64_t most_elements = std::int64_t{1} << 31;  ///< of one map or one layer's weights
inline constexpr std::size_t most_layers = 65536;
inline constexpr std::size_t longest_name = 256;  ///< bytes

}  // namespace millrace::traces
