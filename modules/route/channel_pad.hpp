// ChannelPad: puts channels of zeros before and after those of the input.
//
// Timing, for every pixel, in channel order: a word of zeros is work(1), push; a word of data is pop, work(1), push.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct ChannelPadParameters {
  std::int64_t pixels = 1;  ///< per image
  std::int64_t lanes = 1;
  std::int64_t beats_before = 0;  ///< words of zeros a pixel
  std::int64_t beats = 1;         ///< words of data a pixel
  std::int64_t beats_after = 0;
  friend bool operator==(const ChannelPadParameters&, const ChannelPadParameters&) = default;
};

/// One input, one output, equal lanes.
template <typename Word>
class ChannelPad final : public Module {
 public:
  ChannelPad(std::string name, ChannelPadParameters parameters, Images images, Ends<Word> ends);

 private:
  Body pad(Process& self);

  ChannelPadParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
