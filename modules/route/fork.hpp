// Fork: copies a stream to several.
//
// Timing, for every word: pop; work(1); push to all outputs at the one edge at which all have room. A full output holds
// up the others: that is what deadlocks a residual block whose skip stream is too short.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct ForkParameters {
  std::int64_t words = 0;  ///< per image
  friend bool operator==(const ForkParameters&, const ForkParameters&) = default;
};

/// One input, one or more outputs.
template <typename Word>
class Fork final : public Module {
 public:
  Fork(std::string name, ForkParameters parameters, Images images, Ends<Word> ends);

 private:
  Body copy(Process& self);

  ForkParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  std::vector<Stream<Word>*> out_;
};

}  // namespace millrace
