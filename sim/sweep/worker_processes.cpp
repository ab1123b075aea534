#include "sim/sweep/worker_processes.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <list>
#include <system_error>

#include "sim/sweep/child_process.hpp"

namespace millrace::sim {
namespace {

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

/// While it lives, SIGINT and SIGTERM do nothing but make a descriptor readable.
class Interrupts {
 public:
  Interrupts() {
    sigset_t asking;
    sigemptyset(&asking);
    sigaddset(&asking, SIGINT);
    sigaddset(&asking, SIGTERM);
    sigprocmask(SIG_BLOCK, &asking, &before_);
    descriptor_ = signalfd(-1, &asking, SFD_CLOEXEC);
    if (descriptor_ < 0) {
      fail(errno, "signalfd");
    }
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts() {
    signalfd_siginfo taken;
    while (is_asked() && read(descriptor_, &taken, sizeof taken) > 0) {
    }
    close(descriptor_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

  int descriptor() const { return descriptor_; }
  bool is_asked() const {
    pollfd waiting{descriptor_, POLLIN, 0};
    return poll(&waiting, 1, 0) > 0;
  }
  /// Signals as they were, for processes that are started.
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace

std::string this_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

WorkersEnd run_workers(const std::vector<WorkerCommand>& commands, std::size_t at_once, const OnLine& on_line) {
  const Interrupts interrupts;
  const std::string program = this_program();
  WorkersEnd end;
  std::list<ChildProcess> workers;
  std::size_t started = 0;
  while (started < commands.size() || !workers.empty()) {
    while (started < commands.size() && workers.size() < at_once) {
      workers.emplace_back(program, commands[started++], interrupts.before());
    }
    std::vector<pollfd> waiting = {{interrupts.descriptor(), POLLIN, 0}};
    for (const ChildProcess& worker : workers) {
      waiting.push_back({worker.output(), POLLIN, 0});
    }
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
      fail(errno, "waiting for workers");
    }
    if (interrupts.is_asked()) {
      break;
    }
    auto ready = waiting.begin() + 1;
    for (auto worker = workers.begin(); worker != workers.end(); ++ready) {
      if (ready->revents != 0 && !worker->read_lines(on_line)) {
        if (const std::string failure = worker->wait(); !failure.empty()) {
          end.failures.push_back("a worker " + failure);
        }
        worker = workers.erase(worker);
      } else {
        ++worker;
      }
    }
  }
  // Workers that the terminal interrupts too may be gone before this process knows.
  end.is_interrupted = interrupts.is_asked();
  return end;
}

}  // namespace millrace::sim
