// The activation groups of a band of output rows, pixels side by side: the input of the counting kernels.
//
// Rows are counted over all images behind each other. A slot is a lane unit at one beat of a pixel; its groups are
// numbered as GroupLayout says. Containers: 8, 16, 32 or 64 bits, and groups of more pairs take several of 64.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/work/group_layout.hpp"
#include "sim/work/mask_rows.hpp"
#include "sim/work/simd/kernels.hpp"
#include "sim/work/strip_planes.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

template <typename Container>
class WindowBand {
 public:
  /// For bands of up to `rows` output rows. The trace must outlive this.
  static std::unique_ptr<WindowBand> make(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows,
                                          const Kernels& kernels);
  virtual ~WindowBand() = default;

  /// Gathers `rows` output rows from `first` on; afterwards slot() is valid for them.
  void gather(std::int64_t first, std::int64_t rows);

  /// [words][pitch()]: the groups of one slot, a lane a pixel, rows row_lanes() apart; those of the next slot follow.
  /// Lanes that are no pixel's are zero.
  const Container* slot(std::size_t slot) const { return groups_.data() + slot * words_ * pitch_; }
  std::size_t slots() const { return slots_; }
  std::size_t words() const { return words_; }
  std::size_t pitch() const { return pitch_; }
  std::size_t row_lanes() const { return row_lanes_; }

 protected:
  WindowBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels);

  /// The groups of the output rows that the planes hold, from lane `first` on. May write up to kLaneSlack lanes too
  /// many.
  virtual void gather_lanes(std::size_t rows, std::size_t first) = 0;
  /// Rows of lanes from their pieces, for slots whose bytes lie `slot_bytes` behind each other.
  void join(std::size_t slots, std::size_t slot_bytes, std::size_t rows, Container* to) const;

  Container* lanes(std::size_t slot, std::size_t word, std::size_t first) {
    return groups_.data() + (slot * words_ + word) * pitch_ + first;
  }

  GroupLayout layout_;
  WindowShape window_;
  const ContainerKernels<Container>& kernels_;
  MaskRows mask_;
  StripPlanes planes_;
  std::vector<Piece> pieces_;

 private:
  std::size_t slots_;
  std::size_t words_;
  std::size_t row_lanes_;
  std::size_t pitch_;
  std::vector<Container> kept_;  ///< of every lane all ones if it is a pixel's; empty where all are
  std::vector<Container> groups_;
};

}  // namespace millrace::sim
