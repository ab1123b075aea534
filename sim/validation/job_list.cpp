#include "sim/validation/job_list.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>

namespace millrace::sim {

void do_all(const std::vector<Job>& jobs, std::size_t threads, const std::function<void(std::size_t)>& done) {
  std::mutex mutex;
  std::size_t next = 0;
  std::size_t finished = 0;
  std::exception_ptr failure;
  const auto take_turns = [&] {
    std::unique_lock lock(mutex);
    while (next < jobs.size() && !failure) {
      const Job& job = jobs[next++];
      lock.unlock();
      std::exception_ptr thrown;
      try {
        job();
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (thrown && !failure) {
        failure = thrown;
      } else if (!thrown) {
        done(++finished);
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t thread = 1; thread < std::min(threads, jobs.size()); ++thread) {
      others.emplace_back(take_turns);
    }
    take_turns();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace millrace::sim
