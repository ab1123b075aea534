// SlidingWindow: turns a stream of pixels into a stream of K x K windows.
//
// Walks the padded map row by row, one position an edge, the beats of a pixel innermost.
// Timing, for every row, column and beat: pop if the position is not padding; work(1); push the window if one is
// finished there. Every position is walked, used or not. Padding behind the map waits for nobody, and the next image's
// first padding follows at once. Storage: K - 1 rows of the padded map and K - 1 pixels, all beats.
#pragma once

#include "modules/engine/window_shape.hpp"
#include "modules/process/module.hpp"

namespace millrace {

struct SlidingWindowParameters {
  WindowShape shape;
  std::int64_t beats = 1;  ///< words a pixel
  std::int64_t lanes = 1;  ///< channels a word
  friend bool operator==(const SlidingWindowParameters&, const SlidingWindowParameters&) = default;
};

/// One input (words of a pixel), one output (windows: K x K x lanes).
template <typename Word>
class SlidingWindow final : public Module {
 public:
  SlidingWindow(std::string name, SlidingWindowParameters parameters, Images images, Ends<Word> ends);

 private:
  Body walk(Process& self);

  SlidingWindowParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
