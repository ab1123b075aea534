// Threads that do jobs in the order in which they come.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace millrace::sim {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t workers);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  bool has_workers() const { return has_workers_; }
  /// Jobs must not throw.
  void submit(std::function<void()> job);
  /// Waits for jobs under way and forgets the others.
  void stop();

 private:
  void work(const std::stop_token& stop);

  const bool has_workers_;  ///< said by itself, as workers ask while stop() takes the threads away
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::jthread> threads_;
};

}  // namespace millrace::sim
