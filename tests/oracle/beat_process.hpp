#ifndef MILLRACE_TESTS_ORACLE_BEAT_PROCESS_HPP
#define MILLRACE_TESTS_ORACLE_BEAT_PROCESS_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tests/oracle/netlist.hpp"
#include "tests/oracle/process.hpp"

namespace millrace::oracle {

// One round of a beat process. A round without work goes from its pop to its push within the edge.
struct Beat {
  bool pop = false;
  std::uint32_t work = 1;
  bool push = false;
  std::optional<std::size_t> port = std::nullopt;  // the only input to pop from; none: all inputs
};

// A process that goes round and round: perhaps pop from its inputs, perhaps work, perhaps push to all outputs. What it
// does in the next round follows from counters of its own.
class BeatProcess : public Process {
 public:
  using Process::Process;

 protected:
  // The next round, or nothing after the last.
  virtual std::optional<Beat> next_beat() = 0;

  // Called at the edge of a push.
  virtual void pushed() {}

 private:
  enum class State { kNext, kTake, kWork, kGive };

  bool advance() final;

  State state_ = State::kNext;
  Beat beat_;
};

// One maker for every module kind that is a single beat process.
std::unique_ptr<Process> make_source(const SourceSpec& spec, OutPort out);
std::unique_ptr<Process> make_sink(const SinkSpec& spec, InPort in);
// Fork has one input, Add one output, Pool and Pointwise one of each.
std::unique_ptr<Process> make_copier(std::uint64_t words, std::vector<InPort> ins, std::vector<OutPort> outs);
std::unique_ptr<Process> make_concat(const ConcatSpec& spec, std::uint32_t images, std::vector<InPort> ins,
                                     OutPort out);
std::unique_ptr<Process> make_subsample(const SubsampleSpec& spec, std::uint32_t images, InPort in, OutPort out);
std::unique_ptr<Process> make_channel_pad(const ChannelPadSpec& spec, std::uint32_t images, InPort in, OutPort out);
std::unique_ptr<Process> make_rebundle(const RebundleSpec& spec, std::uint32_t images, InPort in, OutPort out);
std::unique_ptr<Process> make_global_pool(const GlobalPoolSpec& spec, std::uint32_t images, InPort in, OutPort out);
std::unique_ptr<Process> make_sliding_window(const SlidingWindowSpec& spec, std::uint32_t images, InPort in,
                                             OutPort out);

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_BEAT_PROCESS_HPP
