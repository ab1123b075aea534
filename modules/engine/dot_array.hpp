// DotArray: coarse_in x coarse_out x coarse_group dot units, and a drain.
//
// A dot unit takes the group of pairs of one window, drops those with a zero in them and feeds the rest to N MACs; how
// long that takes is its WorkSource's to say. An accumulation is one output pixel of one group of channels; it takes
// `windows_per_accumulation` windows and gives `words_per_accumulation` words.
//
// Timing of unit u, window k: all units read one broadcast stream; its slot is free the edge after the slowest unit
// popped.
//   pop_u(k) = max(now_u, push(k) + 1), then work(S_u(k));  lock_step: all units pop at the latest of these edges.
//   Behind the last window of accumulation p, at end_u(p), the unit offers its sums and goes on at
//   h_u(p) = max(end_u(p), e(p + 1 - pixel_buffers)), where e(p) is the edge of the drain's last push of p.
// Timing of the drain, accumulation p: from max over u of end_u(p) + 1 it pushes its words, one an edge.
// Units and drain are separate processes: waiting for output room never stops input while a pixel buffer is free.
//
// Latency of the output stream: dot_array_latency(N, coarse_in).
#pragma once

#include <functional>

#include "modules/engine/unit_clocks.hpp"
#include "modules/engine/work_reader.hpp"
#include "modules/process/module.hpp"

namespace millrace {

struct DotArrayParameters {
  std::int64_t units = 1;
  std::int64_t accumulations = 1;             ///< per image
  std::int64_t windows_per_accumulation = 1;  ///< beats of the channels that are summed
  std::int64_t words_per_accumulation = 1;    ///< filters that one unit works through
  std::int64_t pixel_buffers = 2;
  bool lock_step = false;
  friend bool operator==(const DotArrayParameters&, const DotArrayParameters&) = default;
};

/// Multiplier, adder tree over the N MACs of a unit, sum over the coarse_in units, rounding:
/// 2 + ceil(log2 N) + ceil(log2 coarse_in).
Cycles dot_array_latency(std::int64_t macs, std::int64_t coarse_in);

/// What the units compute, where words carry values: called once a window, in order, and once a word that is drained.
template <typename Word>
class DotFunction {
 public:
  virtual ~DotFunction() = default;
  virtual void window(const Word& window) = 0;
  virtual Word next_output() = 0;
};

/// One input (windows, or words of a pixel where the window is the pixel), one output.
template <typename Word>
class DotArray final : public Module {
 public:
  /// Work and function must outlive the module. `function` is used by words that carry values only and may be null for
  /// Timing.
  DotArray(std::string name, DotArrayParameters parameters, Images images, WorkSource& work,
           DotFunction<Word>* function, Ends<Word> ends);

  /// The units, one row each, and the drain.
  ModuleAccounts accounts() const override;

 private:
  Body work_windows(Process& self);
  Body drain(Process& self);

  DotArrayParameters parameters_;
  Images images_;
  WorkReader work_;
  DotFunction<Word>* function_;
  Stream<Word>& in_;
  Stream<Word>& out_;
  /// Accumulations between units and drain, a slot a pixel buffer.
  StreamTiming banks_;
  UnitClocks units_;
  UnitClocks after_first_image_;
  std::vector<ImageMark> marks_;
};

}  // namespace millrace
