// Units that look at no activation: every pixel is the same.
#pragma once

#include "sim/work/mask_work.hpp"

namespace millrace::sim {

class FixedWork final : public MaskWork {
 public:
  FixedWork(const DotEngine& engine, const traces::MaskView& weights, Images images);

 private:
  std::int64_t count_rows(std::int64_t first, std::int64_t rows, NarrowWork& band) override;

  std::int64_t columns_;
  NarrowWork pixel_;  ///< all windows of one
  std::int64_t macs_of_pixel_ = 0;
};

}  // namespace millrace::sim
