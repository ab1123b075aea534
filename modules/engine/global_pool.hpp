// GlobalPool: one word a beat of the whole map, from running sums.
//
// Timing, for every pixel and beat: pop; work(1); push if it is the last pixel: a beat is pushed while the last pixel's
// next beat is worked. Scaling by the number of pixels is part of the push.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct GlobalPoolParameters {
  std::int64_t pixels = 1;  ///< per image
  std::int64_t beats = 1;   ///< words a pixel
  friend bool operator==(const GlobalPoolParameters&, const GlobalPoolParameters&) = default;
};

/// One input, one output, equal lanes. Values: the sums, unscaled.
template <typename Word>
class GlobalPool final : public Module {
 public:
  GlobalPool(std::string name, GlobalPoolParameters parameters, Images images, Ends<Word> ends);

 private:
  Body pool(Process& self);

  GlobalPoolParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
