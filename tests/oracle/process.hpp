#ifndef MILLRACE_TESTS_ORACLE_PROCESS_HPP
#define MILLRACE_TESTS_ORACLE_PROCESS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/oracle/channel.hpp"
#include "tests/oracle/cycle_loop.hpp"

namespace millrace::oracle {

// The reading end of a channel.
struct InPort {
  Channel* channel = nullptr;
  StreamIndex stream = 0;
  std::size_t reader = 0;
};

// The writing end of a channel.
struct OutPort {
  Channel* channel = nullptr;
  StreamIndex stream = 0;
};

// What every process has: ports, a countdown while it works, and its accounts.
class Process {
 public:
  Process(std::vector<InPort> ins, std::vector<OutPort> outs);
  virtual ~Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // First phase: goes through its states as far as it can at this edge.
  void evaluate(Edge edge);

  // Second phase: counts down and books the edge. Returns whether the process does anything at or after this edge
  // without somebody else's help.
  bool tick();

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] Edge last_edge() const { return record_.last_edge; }
  [[nodiscard]] ProcessRecord record(Edge total) const;
  [[nodiscard]] std::vector<Waiting> waiting(std::size_t module, std::size_t process) const;

 protected:
  // Leaves the present state if that is possible now; false if the process has to wait. Never called while it works.
  virtual bool advance() = 0;

  // Each of these either acts, or notes what is waited for and returns false.
  bool pop_all();
  bool pop_from(std::size_t port);
  bool push_all();

  // Waits that are not for a stream end when the condition holds.
  bool starved_until(bool condition, Want want);
  bool blocked_until(bool condition, Want want);

  void work(std::uint32_t cycles);
  void finish() { finished_ = true; }
  void moved(Edge edge);

  [[nodiscard]] const std::vector<InPort>& ins() const { return ins_; }
  [[nodiscard]] const std::vector<OutPort>& outs() const { return outs_; }

 private:
  enum class Account { kStarved, kBlocked };
  struct Need {
    Want want;
    std::size_t port;
  };

  bool pop_ports(std::size_t first, std::size_t last);
  void wait(Account account, Want want, std::size_t port);
  void end_wait();

  std::vector<InPort> ins_;
  std::vector<OutPort> outs_;
  ProcessRecord record_;
  std::uint32_t work_left_ = 0;
  bool finished_ = false;
  bool moved_ = false;
  bool popped_ever_ = false;

  // The wait under way. It is booked when it ends: edges at which its own rate held it as busy, the others on the
  // lowest of the ports that were missing last.
  std::uint64_t held_ = 0;
  std::uint64_t waited_ = 0;
  std::size_t last_missing_ = 0;
  Account account_ = Account::kStarved;

  // At this edge only.
  std::vector<Need> needs_;
  bool held_by_itself_ = false;
};

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_PROCESS_HPP
