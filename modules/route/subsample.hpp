// Subsample: keeps every s-th row and column, the first included.
//
// Timing, for every row, column and beat: pop; work(1); push if row and column are multiples of the stride.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct SubsampleParameters {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t beats = 1;  ///< words a pixel
  std::int64_t stride = 2;
  friend bool operator==(const SubsampleParameters&, const SubsampleParameters&) = default;
};

/// One input, one output, equal lanes.
template <typename Word>
class Subsample final : public Module {
 public:
  Subsample(std::string name, SubsampleParameters parameters, Images images, Ends<Word> ends);

 private:
  Body keep(Process& self);

  SubsampleParameters parameters_;
  Images images_;
  Stream<Word>& in_;
  Stream<Word>& out_;
};

}  // namespace millrace
