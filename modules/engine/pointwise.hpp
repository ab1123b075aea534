// Pointwise: changes every value by itself (a batch norm's scale, ReLU, ...), where no other module's push can do it.
//
// Timing, for every word: pop; work(1); push.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct PointwiseParameters {
  std::int64_t words = 0;  ///< per image
  friend bool operator==(const PointwiseParameters&, const PointwiseParameters&) = default;
};

/// What is done to the values, where words carry them: called once a word, in order.
template <typename Word>
class PointwiseFunction {
 public:
  virtual ~PointwiseFunction() = default;
  virtual Word apply(const Word& word) = 0;
};

/// One input, one output, equal lanes.
template <typename Word>
class Pointwise final : public Module {
 public:
  /// `function` must outlive the module; it is used by words that carry values only and may be null for Timing.
  Pointwise(std::string name, PointwiseParameters parameters, Images images, PointwiseFunction<Word>* function,
            Ends<Word> ends);

 private:
  Body change(Process& self);

  PointwiseParameters parameters_;
  Images images_;
  PointwiseFunction<Word>* function_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
