// Two bands of an engine's work: one that the engine reads, one that is counted meanwhile.
//
// Bands are counted one after the other, by a worker or, where none has begun with the band that the engine needs, by
// the engine's own thread. So what the engine gets depends on no number of threads.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "sim/work/mask_work.hpp"
#include "sim/work/worker_pool.hpp"

namespace millrace::sim {

class BandQueue final : public WorkSource {
 public:
  /// The pool must have stopped before this ends.
  BandQueue(std::unique_ptr<MaskWork> work, WorkerPool& pool);

  /// Has a worker count the first band. Needs a pool that has workers, or does nothing.
  void begin();
  /// Waits for the band if a worker is at it. Rethrows what counting threw. Needs that there is another band.
  WorkBand next_band() override;

  /// After the last band.
  const WorkTotals& totals() const { return work_->totals(); }
  /// What next_band() took in all: counting in the engine's thread, and waiting.
  std::chrono::nanoseconds time_in_next_band() const { return time_; }

 private:
  bool has_room() const { return counted_ + (is_lent_ ? 1 : 0) < bands_.size() && !work_->finished(); }
  void ask_for_more();
  void count_ahead();
  /// Counts the next band with the lock released meanwhile. Needs room, and that nobody is counting.
  void count(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<MaskWork> work_;
  WorkerPool& pool_;
  std::chrono::nanoseconds time_{};

  std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex; work_ and the band that is counted belong to whoever set is_counting_.
  std::array<NarrowWork, 2> bands_;
  std::size_t next_ = 0;     ///< the band that the engine takes next
  std::size_t counted_ = 0;  ///< bands that wait for the engine
  bool is_lent_ = false;     ///< the engine reads the band before `next_`
  bool is_counting_ = false;
  std::exception_ptr failure_;
};

}  // namespace millrace::sim
