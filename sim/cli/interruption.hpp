// Ctrl-C for commands that keep what they have found: the first one asks to stop, the second one kills.
#pragma once

#include <atomic>

namespace millrace::sim {

/// From its making to its end SIGINT and SIGTERM set stop(). One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  const std::atomic<bool>& stop() const;
};

}  // namespace millrace::sim
