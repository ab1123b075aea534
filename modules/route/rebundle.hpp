// Rebundle: turns words of a lanes into words of b lanes.
//
// Timing, for every pixel, with `held` channels in store: if held >= b: push, held -= b; else: pop, work(1), held += a.
// Both widths divide the channels, so that no word crosses a pixel. Storage: a + b - gcd(a, b) channels.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct RebundleParameters {
  std::int64_t pixels = 1;  ///< per image
  std::int64_t channels = 1;
  std::int64_t lanes_in = 1;
  std::int64_t lanes_out = 1;
  friend bool operator==(const RebundleParameters&, const RebundleParameters&) = default;
};

/// One input, one output.
template <typename Word>
class Rebundle final : public Module {
 public:
  Rebundle(std::string name, RebundleParameters parameters, Images images, Ends<Word> ends);

 private:
  Body regroup(Process& self);

  RebundleParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
