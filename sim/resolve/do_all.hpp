// Independent jobs on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::sim {

/// Does jobs 0 to `jobs` - 1 on so many threads, this one included. Rethrows what the first of them that failed threw.
template <typename Job>
void do_all(std::size_t jobs, std::size_t threads, const Job& job) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t index = next++; index < jobs; index = next++) {
      try {
        job(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = jobs;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t thread = 1; thread < std::min(threads, jobs); ++thread) {
      others.emplace_back(work);
    }
    work();
  }
  if (failure != nullptr) {
    std::rethrow_exception(failure);
  }
}

}  // namespace millrace::sim
