// How should a process body suspend? The same chain of stages (pop, work(1), push) in four ways, on the same streams:
//   coroutine-method  the product: a C++20 coroutine, resumed by an SC_METHOD
//   coroutine-thread  the same coroutine, hosted by an SC_THREAD
//   blocking-thread   no coroutine: an SC_THREAD that waits inside pop and push
//   step-method       no coroutine: a hand-written state machine, run by an SC_METHOD
//   coroutine-list    the product's worklist, no SystemC
//   step-list         the state machine on a worklist
// One simulation a program run: process_styles STYLE DEPTH [WORDS]. Prints ns a word and the last edge, which must be
// the same for all; bench/compare-process-styles runs them side by side.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "modules/hosts/worklist.hpp"
#include "modules/process/module.hpp"
#include "modules/systemc/kernel.hpp"

namespace millrace {
namespace {

constexpr std::size_t kStages = 32;

using Streams = std::vector<std::unique_ptr<Stream<Timing>>>;

/// Who a stream wakes, for styles that are no coroutines. Its body is never run.
class Wakeable {
 public:
  Wakeable(Host& host, Pace pace = Pace::kRunAhead)
      : process_("stage", "Stage", {}, {}, [](Process&) -> Body { co_return; }) {
    process_.begin(host, pace);
  }
  Process& process() { return process_; }

 private:
  Process process_;
};

/// The product's way. The first stage has no input, the last no output.
class CoroutineStage final : public Module {
 public:
  CoroutineStage(Stream<Timing>* in, Stream<Timing>* out, std::int64_t words)
      : Module(sc_core::sc_gen_unique_name("stage"), "Stage"), in_(in), out_(out), words_(words) {
    add_process(in ? Process::Ports{in} : Process::Ports{}, out ? Process::Ports{out} : Process::Ports{},
                [this](Process& self) { return copy(self); });
  }

 private:
  Body copy(Process& self) {
    for (std::int64_t k = 0; k < words_; ++k) {
      if (in_ != nullptr) {
        co_await self.pop(*in_);
      }
      self.work(Cycles{1});
      if (out_ != nullptr) {
        co_await self.push(*out_, Timing{});
      }
    }
  }

  Stream<Timing>* in_;
  Stream<Timing>* out_;
  std::int64_t words_;
};

/// The same by hand: every wait is a state to come back to.
class StepStage {
 public:
  StepStage(Stream<Timing>* in, Stream<Timing>* out, std::int64_t words, Host& host)
      : in_(in), out_(out), words_(words), wakeable_(host) {}

  void run() {
    for (; done_ < words_; ++done_) {
      if (!popped_) {
        if (in_ != nullptr) {
          if (!in_->has_word()) {
            in_->reader_waits(wakeable_.process());
            return;
          }
          now_ = std::max(now_, in_->word_edge());
          in_->take(now_);
        }
        now_ += Cycles{1};
        popped_ = true;
      }
      if (out_ != nullptr) {
        if (!out_->has_room()) {
          out_->writer_waits(wakeable_.process());
          return;
        }
        now_ = std::max(now_, out_->room_edge());
        out_->put(now_);
      }
      popped_ = false;
    }
  }
  Cycle now() const { return now_; }
  Process& process() { return wakeable_.process(); }

 private:
  Stream<Timing>* in_;
  Stream<Timing>* out_;
  std::int64_t words_;
  std::int64_t done_ = 0;
  bool popped_ = false;
  Cycle now_;
  Wakeable wakeable_;
};

/// An SC_THREAD that blocks inside pop and push.
class BlockingStage final : public Host {
 public:
  BlockingStage(Stream<Timing>* in, Stream<Timing>* out, std::int64_t words)
      : in_(in), out_(out), words_(words), wakeable_(*this) {
    sc_core::sc_spawn([this] { run(); });
  }
  void soon(Process&) override { event_.notify(sc_core::SC_ZERO_TIME); }
  void at(Process&, Cycle) override {}
  Cycle now() const { return now_; }

 private:
  void run() {
    for (std::int64_t k = 0; k < words_; ++k) {
      if (in_ != nullptr) {
        while (!in_->has_word()) {
          in_->reader_waits(wakeable_.process());
          sc_core::wait(event_);
        }
        now_ = std::max(now_, in_->word_edge());
        in_->take(now_);
      }
      now_ += Cycles{1};
      if (out_ != nullptr) {
        while (!out_->has_room()) {
          out_->writer_waits(wakeable_.process());
          sc_core::wait(event_);
        }
        now_ = std::max(now_, out_->room_edge());
        out_->put(now_);
      }
    }
  }

  Stream<Timing>* in_;
  Stream<Timing>* out_;
  std::int64_t words_;
  Cycle now_;
  sc_core::sc_event event_;
  Wakeable wakeable_;
};

/// A state machine in an SC_METHOD.
class StepMethod final : public Host {
 public:
  StepMethod(Stream<Timing>* in, Stream<Timing>* out, std::int64_t words) : stage_(in, out, words, *this) {
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&event_);
    sc_core::sc_spawn([this] { stage_.run(); }, sc_core::sc_gen_unique_name("step"), &options);
  }
  void soon(Process&) override { event_.notify(sc_core::SC_ZERO_TIME); }
  void at(Process&, Cycle) override {}
  Cycle now() const { return stage_.now(); }

 private:
  sc_core::sc_event event_;
  StepStage stage_;
};

/// State machines on a list of their own.
class StepList final : public Host {
 public:
  void soon(Process& process) override { ready_.push_back(stages_.at(&process)); }
  void at(Process&, Cycle) override {}
  void run(std::vector<std::unique_ptr<StepStage>>& stages) {
    for (const auto& stage : stages) {
      stages_[&stage->process()] = stage.get();
    }
    for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) {
      ready_.push_back(stage->get());
    }
    while (!ready_.empty()) {
      StepStage* const next = ready_.back();
      ready_.pop_back();
      next->run();
    }
  }

 private:
  std::map<const Process*, StepStage*> stages_;
  std::vector<StepStage*> ready_;
};

Stream<Timing>* input(const Streams& streams, std::size_t stage) {
  return stage == 0 ? nullptr : streams[stage - 1].get();
}

Stream<Timing>* output(const Streams& streams, std::size_t stage) {
  return stage + 1 == kStages ? nullptr : streams[stage].get();
}

template <typename Stage>
std::vector<std::unique_ptr<Stage>> make(const Streams& streams, std::int64_t words) {
  std::vector<std::unique_ptr<Stage>> stages;
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    stages.push_back(std::make_unique<Stage>(input(streams, stage), output(streams, stage), words));
  }
  return stages;
}

Cycle run_on_kernel(const Streams& streams, std::int64_t words, Kernel::Hosting hosting) {
  Kernel kernel(KernelClock(sc_core::sc_time(1, sc_core::SC_NS)), Pace::kRunAhead);
  const auto stages = make<CoroutineStage>(streams, words);
  for (const auto& stage : stages) {
    kernel.spawn(*stage->processes().front(), hosting);
  }
  kernel.run();
  return kernel.end();
}

template <typename Stage>
Cycle run_by_events(const Streams& streams, std::int64_t words) {
  const auto stages = make<Stage>(streams, words);
  sc_core::sc_start();
  return stages.back()->now();
}

Cycle run_on_worklist(const Streams& streams, std::int64_t words) {
  const auto stages = make<CoroutineStage>(streams, words);
  std::vector<Process*> processes;
  for (const auto& stage : stages) {
    processes.push_back(stage->processes().front().get());
  }
  Worklist().run(processes, Pace::kRunAhead);
  return processes.back()->now();
}

Cycle run_on_step_list(const Streams& streams, std::int64_t words) {
  StepList list;
  std::vector<std::unique_ptr<StepStage>> stages;
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    stages.push_back(std::make_unique<StepStage>(input(streams, stage), output(streams, stage), words, list));
  }
  list.run(stages);
  return stages.back()->now();
}

int run(const std::string& style, std::int64_t depth, std::int64_t words) {
  const std::map<std::string, std::function<Cycle(const Streams&)>> styles = {
      {"coroutine-method",
       [&](const Streams& streams) { return run_on_kernel(streams, words, Kernel::Hosting::kMethod); }},
      {"coroutine-thread",
       [&](const Streams& streams) { return run_on_kernel(streams, words, Kernel::Hosting::kThread); }},
      {"blocking-thread", [&](const Streams& streams) { return run_by_events<BlockingStage>(streams, words); }},
      {"step-method", [&](const Streams& streams) { return run_by_events<StepMethod>(streams, words); }},
      {"coroutine-list", [&](const Streams& streams) { return run_on_worklist(streams, words); }},
      {"step-list", [&](const Streams& streams) { return run_on_step_list(streams, words); }}};
  const auto found = styles.find(style);
  if (found == styles.end() || depth < 1 || words < 1) {
    fmt::print(stderr, "usage: process_styles STYLE DEPTH [WORDS]\n");
    return 2;
  }
  Streams streams;
  for (std::size_t stage = 0; stage + 1 < kStages; ++stage) {
    streams.push_back(std::make_unique<Stream<Timing>>("s", Depth{depth}, Cycles{1}));
  }
  const auto start = std::chrono::steady_clock::now();
  const Cycle end = found->second(streams);
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  const double total_words = static_cast<double>(words) * static_cast<double>(kStages - 1);
  fmt::print("{} depth {}: {:.2f} ns/word, last edge {}\n", style, depth, elapsed.count() / total_words, end.edge());
  return 0;
}

}  // namespace
}  // namespace millrace

int sc_main(int argc, char* argv[]) {
  return millrace::run(argc > 1 ? argv[1] : "", argc > 2 ? std::atoll(argv[2]) : 0,
                       argc > 3 ? std::atoll(argv[3]) : 200'000);
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
