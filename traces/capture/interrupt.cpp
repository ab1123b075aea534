#include "traces/capture/interrupt.hpp"

#include <csignal>

namespace millrace::capture {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void remember(int) {
  interrupted = 1;
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, remember);
  std::signal(SIGTERM, remember);
}

void check_interrupted() {
  if (interrupted != 0) {
    interrupted = 0;
    throw Interrupted("interrupted; nothing was written");
  }
}

}  // namespace millrace::capture
