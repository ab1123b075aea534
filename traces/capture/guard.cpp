#include "traces/capture/guard.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <system_error>

#include "traces/capture/capture_error.hpp"
#include "traces/partial_file.hpp"

namespace millrace::capture {
namespace {

volatile std::sig_atomic_t child = 0;

void pass_on(int signal) {
  if (child > 0) {
    ::kill(child, signal);
  }
}

/// While it lives, the signals that ask a process to end wait.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t asking;
    ::sigemptyset(&asking);
    ::sigaddset(&asking, SIGINT);
    ::sigaddset(&asking, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &asking, &before_);
  }
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_ = {};
};

/// Starts the child; from then on, in this process, signals are passed on to it. Returns 0 in the child.
pid_t start_child() {
  const HeldSignals held;
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) {
    throw CaptureError(fmt::format("cannot start the capturing process: {}; free some memory",
                                   std::generic_category().message(errno)));
  }
  if (process == 0) {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGXFSZ, SIG_IGN);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    // It may have died before it was watched.
    if (::getppid() != parent) {
      std::_Exit(EXIT_FAILURE);
    }
    return 0;
  }
  child = process;
  std::signal(SIGINT, pass_on);
  std::signal(SIGTERM, pass_on);
  return process;
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      throw CaptureError(
          fmt::format("cannot wait for the capturing process: {}", std::generic_category().message(errno)));
    }
  }
  return status;
}

}  // namespace

int run_guarded(const std::function<int()>& work, const std::filesystem::path& folder) {
  std::fflush(nullptr);
  const pid_t process = start_child();
  if (process == 0) {
    std::exit(work());
  }
  const int status = wait_for(process);
  child = 0;
  if (WIFEXITED(status)) {
    return WEXITSTATUS(status);
  }
  traces::remove_partial_files(folder, process);
  const int signal = WTERMSIG(status);
  if (signal == SIGINT || signal == SIGTERM) {
    // Before the child was ready to unwind: nothing is there to keep.
    constexpr int interrupted = 128 + SIGINT;
    return interrupted;
  }
  throw CaptureError(
      fmt::format("capturing ended with signal {} ({}); the model makes OpenCV crash, or memory ran out: "
                  "export it again, for one image of fixed size, or capture in PyTorch",
                  signal, ::strsignal(signal)));
}

}  // namespace millrace::capture
