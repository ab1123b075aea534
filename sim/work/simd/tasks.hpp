// What the kernels are asked to do, and the table of a level's kernels. Plain data: sources that are compiled for a
// level include this, and must bring along no inline function that the linker could take for everybody.
//
// Lanes are output pixels: the rows of a band are worked at once, the groups of one lane unit and beat (a slot) side by
// side. Between the rows there may be lanes that are nobody's; their groups are empty. A container holds one group of M
// bits: the smallest of 8, 16, 32, 64 bits that M fits in, else several 64-bit words.
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace::sim {

/// Lanes may be read and written up to this many beyond the last one.
constexpr std::size_t kLaneSlack = 64;

/// Cycles of a group with n surviving pairs: max(least, ceil(n / macs)). Made by make_cost_rule().
struct CostRule {
  std::uint32_t macs;
  std::uint32_t least;       ///< 0 where empty groups are skipped, else 1
  std::uint8_t of_8[16];     ///< by n <= 8
  std::uint16_t of_16[32];   ///< by n <= 16
  std::uint32_t reciprocal;  ///< ceil(2^32 / macs); unused for macs = 1
};

/// Filters of a unit that are counted in the lanes of containers before these are emptied. Made by filter_chunks().
struct Chunks {
  std::size_t filters;     ///< of one chunk: both their cycles and their pairs fit into a lane
  std::size_t until_full;  ///< chunks whose pairs fit into a lane together
};

/// For every slot, unit and lane: the cycles of the unit's filters on the groups of the slot.
template <typename Container, typename Sum>
struct PairTask {
  const Container* activations;  ///< [slots][words][pitch]
  const Container* weights;      ///< [slots][units][filters][words]
  Sum* cycles;                   ///< [slots][units][pitch]
  std::size_t pitch;
  std::size_t lanes;
  std::size_t words;
  std::size_t slots;
  std::size_t units;
  std::size_t filters;
  Chunks chunks;
  const CostRule* cost;
};

/// Bytes of pixels to planes: plane b holds byte b of every pixel.
struct PlaneTask {
  const std::uint8_t* pixels;  ///< `pixel_pitch` apart
  std::size_t pixel_pitch;
  std::size_t count;
  std::size_t bytes;
  std::uint8_t* planes;  ///< `plane_pitch` apart
  std::size_t plane_pitch;
};

/// Patterns of plane rows: for every slot and lane, the K x group_channels bits of its kernel row. A slot's channels
/// are `bits` = 1, 2, 4 or 8 of one plane, slot 0 its lowest.
struct PatternTask {
  const std::uint8_t* const* planes;  ///< [K]: the slots' plane, from the element of lane 0 on
  std::size_t kernel;
  std::size_t bits;
  std::size_t slots;
  std::size_t lanes;
  std::uint8_t* patterns;  ///< [slots][pattern_pitch]
  std::size_t pattern_pitch;
};

/// Bits of a byte that go into a container: ((byte >> from) & mask) << to.
struct Piece {
  const std::uint8_t* bytes;  ///< of every lane of the first slot
  std::uint8_t from;
  std::uint8_t mask;
  std::uint8_t to;
};

/// Containers from their pieces, for slots whose bytes and containers lie so far behind each other. Rows of bytes are
/// `row_bytes` apart, rows of containers follow each other.
template <typename Container>
struct JoinTask {
  const Piece* pieces;
  std::size_t count;
  std::size_t slots;
  std::size_t slot_bytes;
  std::size_t slot_containers;
  std::size_t rows;
  std::size_t row_bytes;
  std::size_t row_lanes;
  const Container* kept;  ///< of every lane: all ones, or zero if it is nobody's; nullptr where there are no such lanes
  Container* containers;
};

/// Bytes of a window that a tile fills at most: a cache line.
constexpr std::size_t kTileBytes = 64;
template <typename Sum>
constexpr std::size_t kTileRows = kTileBytes / sizeof(Sum);

/// Up to kTileRows rows of a tile to the windows of a band: band[pixel][row] = max(1, tile[row][lane]). Of every
/// `row_lanes` lanes, the first `columns` are pixels.
template <typename Sum>
struct TileTask {
  const Sum* tile;
  std::size_t pitch;
  std::size_t rows;
  std::size_t lanes;
  std::size_t row_lanes;
  std::size_t columns;
  Sum* band;
  std::size_t band_pitch;
};

/// Counts into sums that no unit may exceed; returns the surviving pairs of all lanes.
template <typename Container, typename Sum>
using CountKernel = std::int64_t (*)(const PairTask<Container, Sum>&);
template <typename Sum>
using TileKernelOf = void (*)(const TileTask<Sum>&);

template <typename Container>
struct ContainerKernels {
  CountKernel<Container, std::uint8_t> count_in_8;
  CountKernel<Container, std::uint16_t> count_in_16;
  CountKernel<Container, std::uint32_t> count_in_32;
  void (*join)(const JoinTask<Container>&);
};

struct Kernels {
  ContainerKernels<std::uint8_t> of_8;
  ContainerKernels<std::uint16_t> of_16;
  ContainerKernels<std::uint32_t> of_32;
  ContainerKernels<std::uint64_t> of_64;
  void (*to_planes)(const PlaneTask&);
  void (*to_patterns)(const PatternTask&);
  TileKernelOf<std::uint8_t> to_band_of_8;
  TileKernelOf<std::uint16_t> to_band_of_16;
  TileKernelOf<std::uint32_t> to_band_of_32;
};

const Kernels& portable_kernels();
const Kernels& avx2_kernels();
const Kernels& avx512_kernels();

}  // namespace millrace::sim
