// The reference of sizing: the accelerator with FIFOs that cost nothing.
//
// First pass: every stream holds all that it may (two of its maps), images follow each other without a gap; its
// interval is what sized FIFOs are measured against. Second pass: images enter at that interval, so that a stream
// before a bottleneck does not fill up for ever; what the streams then need is an upper bound of their depths.
#pragma once

#include <stdexcept>
#include <vector>

#include "sim/resolve/recorded_work.hpp"
#include "sim/sizing/knob.hpp"
#include "sim/sizing/peak_watch.hpp"

namespace millrace::sim {

struct Unbounded {
  std::int64_t span = 0;        ///< without a gap; as Solved::span()
  std::int64_t paced_span = 0;  ///< of the second pass
  Depths room;                  ///< per knob: depth with which nothing would have waited in the second pass
  Depths peaks;                 ///< per knob: most words at once there (FINN's figure); never less than `least`
};

/// Pinned depths are so small that nothing else helps; what() is the report of the deadlock.
class StuckForEver : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws StuckForEver.
Unbounded run_unbounded(const Plan& plan, const std::vector<Knob>& knobs, const RecordedWork& work);

/// What streams need at most in one run of a plan, and when; in the order of the plan's streams.
std::vector<Peak> peaks_of(const Plan& plan, const RecordedWork& work);

}  // namespace millrace::sim
