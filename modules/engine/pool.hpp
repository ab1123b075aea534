// Pool: reduces each window of a SlidingWindow to one word, to the largest or the mean value of each lane.
//
// Timing, for every window (output pixel by output pixel, beats innermost): pop; work(1); push. The window holds all of
// a beat's positions, so that nothing is kept from one window to the next.
#pragma once

#include "modules/engine/window_shape.hpp"
#include "modules/process/module.hpp"

namespace millrace {

enum class PoolKind { kMax, kAverage };

/// A rectangle of positions of the padded map; ends are one behind the last.
struct MapRegion {
  std::int64_t row_begin = 0;
  std::int64_t row_end = 0;
  std::int64_t column_begin = 0;
  std::int64_t column_end = 0;
  friend bool operator==(const MapRegion&, const MapRegion&) = default;
};

struct PoolParameters {
  WindowShape shape;       ///< pads with what ceil mode adds to them
  std::int64_t beats = 1;  ///< words a pixel
  std::int64_t lanes = 1;  ///< channels a word
  PoolKind kind = PoolKind::kMax;
  /// What a window looks at: the map itself, or also the padding that counts in a mean's divisor.
  MapRegion counted;

  std::int64_t windows() const { return shape.out_height() * shape.out_width() * beats; }
  friend bool operator==(const PoolParameters&, const PoolParameters&) = default;
};

/// One input (windows: K x K x lanes), one output. Values: means are rounded to the nearest, halves upwards.
template <typename Word>
class Pool final : public Module {
 public:
  Pool(std::string name, PoolParameters parameters, Images images, Ends<Word> ends);

 private:
  Body reduce(Process& self);

  PoolParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
