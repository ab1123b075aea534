// The rows of a layer's input as a trace stores them: pixels behind each other, the channels of one in whole bytes.
// A fully connected layer has one pixel, all pixels of its map behind each other without spare bits.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class MaskRows {
 public:
  MaskRows(const DotEngine& engine, traces::MaskView mask);

  /// All pixels of a row, pixel_bytes() each; valid until the next call.
  const std::uint8_t* row(std::int64_t image, std::int64_t row);
  std::size_t pixel_bytes() const { return pixel_bytes_; }

 private:
  traces::MaskView mask_;
  std::int64_t pixel_channels_;  ///< of a pixel of the mask
  std::size_t pixel_bytes_;
  bool is_flat_;
  std::vector<std::uint64_t> flat_;
};

}  // namespace millrace::sim
