// hosts_dump HOST ACCELERATOR.yaml IMAGES: simulates on one of the hosts and prints every figure that must not depend
// on it: for each stream the number of its pushes and pops and a hash over all their edges, for each process its
// accounts. HOST stopped: as systemc, but stopped when two images are through; prints those.
#include <fmt/format.h>

#include <cstdlib>
#include <systemc>

#include "sim/cli/inputs.hpp"
#include "sim/pipeline/simulation.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "sim/resolve/rerun.hpp"

namespace millrace::sim {
namespace {

/// FNV-1a over numbers, in the order in which they come.
class Hash {
 public:
  void add(Cycle edge) {
    for (int shift = 0; shift < 64; shift += 8) {
      value_ = (value_ ^ ((static_cast<std::uint64_t>(edge.edge()) >> shift) & 0xFFU)) * 0x100000001B3ULL;
    }
    ++count_;
  }
  std::string text() const { return fmt::format("{} {:016x}", count_, value_); }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
  std::int64_t count_ = 0;
};

struct Edges final : StreamObserver {
  void pushed(const StreamTiming&, Cycle edge) override { pushes.add(edge); }
  void popped(const StreamTiming&, Cycle edge) override { pops.add(edge); }
  Hash pushes;
  Hash pops;
};

std::string figures(const Accounts& accounts) {
  std::string text = fmt::format("busy {}", accounts.busy.count());
  for (const Cycles cycles : accounts.starved) {
    text += fmt::format(" starved {}", cycles.count());
  }
  for (const Cycles cycles : accounts.blocked) {
    text += fmt::format(" blocked {}", cycles.count());
  }
  return text;
}

void print(std::span<const ImageResult> images) {
  for (const ImageResult& image : images) {
    fmt::print("image {} {}\n", image.first_in.edge(), image.last_out.edge());
  }
}

void print(const Plan& plan, const Outcome& outcome, const std::vector<Edges>& edges) {
  fmt::print("total {}\n", outcome.total.count());
  print(outcome.images);
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    fmt::print("stream '{}' pushes {} pops {} high water {}\n", plan.streams[index].name, edges[index].pushes.text(),
               edges[index].pops.text(), outcome.streams[index].high_water);
  }
  for (const ModuleResult& module : outcome.modules) {
    for (const AccountRow& row : module.accounts.rows) {
      fmt::print("row '{}' {} steady {}\n", row.name, figures(row.total), figures(row.steady));
    }
  }
}

int dump_stopped(const Inputs& inputs, Images images) {
  ImageLog log;
  Simulation simulation(inputs.plan, inputs.trace, images, Pace::kRunAhead, {}, log);
  const std::variant<Outcome, Deadlock, PartialRun> result =
      simulation.run([&] { return log.images_through().size() >= 2; });
  const auto* partial = std::get_if<PartialRun>(&result);
  if (partial == nullptr || partial->images_asked != images.count) {
    return 1;
  }
  print(partial->images);
  return 0;
}

int dump(const std::string& host, const std::string& accelerator, std::int64_t images) {
  const Inputs inputs = read_inputs(accelerator, std::nullopt);
  if (host == "stopped") {
    return dump_stopped(inputs, Images{images});
  }
  const Plan& plan = inputs.plan;
  WorkStage work(plan, inputs.trace, Images{images}, {});
  ImageLog log;
  const Surroundings surroundings{Images{images},
                                  [&](const DotEngine& engine) -> WorkSource& { return work.of(engine); }, &log};
  std::vector<Edges> edges(plan.streams.size());
  const auto observe = [&](auto& pipeline) {
    for (std::size_t index = 0; index < edges.size(); ++index) {
      pipeline.stream(StreamId{index}).observe(edges[index]);
    }
  };
  if (host == "rerun") {
    const RecordedWork recorded(plan, inputs.trace, Images{images}, {});
    Rerun rerun(plan, recorded);
    observe(rerun);
    const std::variant<Outcome, Deadlock> result = rerun.run();
    const auto* outcome = std::get_if<Outcome>(&result);
    if (outcome == nullptr) {
      return 1;
    }
    print(plan, *outcome, edges);
    return 0;
  }
  const Pace pace = host.ends_with("_in_turns") ? Pace::kTakeTurns : Pace::kRunAhead;
  if (host.starts_with("systemc")) {
    SystemcPipeline pipeline(plan, surroundings, pace);
    observe(pipeline);
    if (!pipeline.run()) {
      return 1;
    }
    print(plan, make_outcome(plan, pipeline.modules(), pipeline.streams(), log, pipeline.end()), edges);
    return 0;
  }
  WorklistPipeline pipeline(plan, surroundings);
  observe(pipeline);
  if (!pipeline.run(pace)) {
    return 1;
  }
  print(plan, make_outcome(plan, pipeline.modules(), pipeline.streams(), log, pipeline.end()), edges);
  return 0;
}

}  // namespace
}  // namespace millrace::sim

int sc_main(int argc, char* argv[]) {
  if (argc != 4) {
    return 2;
  }
  return millrace::sim::dump(argv[1], argv[2], std::atoll(argv[3]));
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  return sc_core::sc_elab_and_sim(argc, argv);
}
