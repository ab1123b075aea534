// Independent jobs, done by as many threads as are wanted.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace millrace::sim {

using Job = std::function<void()>;

/// Does all jobs, in their order as threads come free; `done` is told after each how many are done, by one thread at a
/// time. Throws what the first job threw that failed, once nothing runs any more; the jobs behind it may be left out.
void do_all(const std::vector<Job>& jobs, std::size_t threads, const std::function<void(std::size_t)>& done);

}  // namespace millrace::sim
