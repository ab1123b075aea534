// The rows of a layer's input as a trace stores them: pixels behind each other, the channels of one in whole bytes.
// Rows are read in order; what lies behind is taken out of memory, so that memory does not grow with the images.
// A fully connected layer has one pixel, all pixels of its map behind each other without spare bits.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/plan/plan.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

class MaskRows {
 public:
  /// The trace must outlive this.
  MaskRows(const DotEngine& engine, const traces::Trace& trace);

  /// All pixels of a row, pixel_bytes() each; valid until the next call.
  const std::uint8_t* row(std::int64_t image, std::int64_t row);
  std::size_t pixel_bytes() const { return pixel_bytes_; }

 private:
  /// Of images before this one.
  void release_before(std::int64_t image);

  traces::MaskView mask_;
  std::int64_t released_ = 0;    ///< images
  std::int64_t pixel_channels_;  ///< of a pixel of the mask
  std::size_t pixel_bytes_;
  bool is_flat_;
  std::vector<std::uint64_t> flat_;
};

}  // namespace millrace::sim
