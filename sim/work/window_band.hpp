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

  /// [words][pitch()]: the groups of one slot, a lane a pixel. Lanes behind the last pixel are zero.
  const Container* slot(std::size_t slot) const { return groups_.data() + slot * words_ * pitch_; }
  std::size_t slots() const { return slots_; }
  std::size_t words() const { return words_; }
  std::size_t pitch() const { return pitch_; }

 protected:
  WindowBand(const DotEngine& engine, const traces::Trace& trace, std::int64_t rows, const Kernels& kernels);

  /// The groups of the output rows that the planes hold, from lane `pixel` on. May write up to kLaneSlack lanes too
  /// many.
  virtual void gather_lanes(std::size_t rows, std::size_t pixel) = 0;
  /// The pieces, of so many output rows as the planes have them, to lanes without gaps.
  void join(std::size_t rows, Container* to) const;

  std::size_t columns() const { return static_cast<std::size_t>(window_.out_width()); }
  Container* lanes(std::size_t slot, std::size_t word, std::size_t pixel) {
    return groups_.data() + (slot * words_ + word) * pitch_ + pixel;
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
  std::size_t pitch_;
  std::vector<Container> groups_;
};

}  // namespace millrace::sim
