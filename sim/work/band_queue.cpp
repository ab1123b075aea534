#include "sim/work/band_queue.hpp"

#include <stdexcept>
#include <utility>

namespace millrace::sim {

BandQueue::BandQueue(std::unique_ptr<MaskWork> work, WorkerPool& pool)
    : work_(std::move(work)), pool_(pool), bands_{work_->make_band(), work_->make_band()} {}

void BandQueue::begin() {
  ask_for_more();
}

WorkBand BandQueue::next_band() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  is_lent_ = false;
  changed_.wait(lock, [this] { return counted_ > 0 || !is_counting_; });
  if (counted_ == 0 && failure_ == nullptr) {
    if (work_->finished()) {
      throw std::logic_error("an engine asks for more windows than its layer has");
    }
    count(lock);
  }
  // A band that was counted before something went wrong is as good as ever.
  if (counted_ == 0) {
    std::rethrow_exception(failure_);
  }
  const NarrowWork& band = bands_[next_];
  next_ = (next_ + 1) % bands_.size();
  --counted_;
  is_lent_ = true;
  if (!is_counting_ && has_room()) {
    ask_for_more();
  }
  time_ += std::chrono::steady_clock::now() - start;
  return band.band();
}

void BandQueue::ask_for_more() {
  if (pool_.has_workers()) {
    pool_.submit([this] { count_ahead(); });
  }
}

void BandQueue::count_ahead() {
  std::unique_lock lock(mutex_);
  // The engine may have been faster, and may be at it.
  if (is_counting_ || failure_ != nullptr || !has_room()) {
    return;
  }
  count(lock);
  if (failure_ == nullptr && has_room()) {
    ask_for_more();
  }
}

void BandQueue::count(std::unique_lock<std::mutex>& lock) {
  is_counting_ = true;
  NarrowWork& band = bands_[(next_ + counted_) % bands_.size()];
  lock.unlock();
  std::exception_ptr failure;
  try {
    work_->next_band(band);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  failure_ = failure;
  counted_ += failure == nullptr ? 1 : 0;
  is_counting_ = false;
  changed_.notify_one();
}

}  // namespace millrace::sim
