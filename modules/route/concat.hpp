// Concat: joins streams by putting the channels of each pixel one behind the other, in the order of the inputs.
//
// Timing, for every pixel, input by input in port order, for each of the input's words: pop it; work(1); push. An input
// whose turn has not come is held up: that is what deadlocks two branches whose first stream is too short.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct ConcatParameters {
  std::int64_t pixels = 1;          ///< per image
  std::vector<std::int64_t> beats;  ///< words a pixel, input by input
  friend bool operator==(const ConcatParameters&, const ConcatParameters&) = default;
};

/// Two or more inputs, one output, equal lanes.
template <typename Word>
class Concat final : public Module {
 public:
  Concat(std::string name, ConcatParameters parameters, Images images, Ends<Word> ends);

 private:
  Body join(Process& self);

  ConcatParameters parameters_;
  Images images_;
  std::vector<Stream<Word>*> in_;
  Stream<Word>& out_;
};

}  // namespace millrace
