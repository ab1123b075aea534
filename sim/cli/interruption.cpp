#include "sim/cli/interruption.hpp"

#include <csignal>

namespace millrace::sim {
namespace {

// Signal handlers reach nothing but what is global.
std::atomic<bool> asked_to_stop = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void ask_to_stop(int signal) {
  asked_to_stop = true;
  std::signal(signal, SIG_DFL);
}

}  // namespace

Interruption::Interruption() {
  asked_to_stop = false;
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
}

Interruption::~Interruption() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& Interruption::stop() const {
  return asked_to_stop;
}

}  // namespace millrace::sim
