#include "tests/rtl/harness/model_run.hpp"

#include <algorithm>

#include "modules/hosts/worklist.hpp"

namespace millrace::rtl {
namespace {

std::unique_ptr<Stream<Values>> make_stream(std::size_t index, const PortStream& shape) {
  return std::make_unique<Stream<Values>>("stream" + std::to_string(index), shape.depth, shape.latency);
}

std::int64_t last_edge_of(const CaseRecord& record) {
  std::int64_t last = 0;
  for (const StreamRecord& stream : record) {
    for (const Edges* edges : {&stream.edges.pushes, &stream.edges.pops}) {
      last = edges->empty() ? last : std::max(last, edges->back());
    }
  }
  return last;
}

}  // namespace

ModelRun run_model(const MakeModel& make_model, const TwinCase& twin_case, const Stimulus& stimulus,
                   std::int64_t images) {
  std::vector<std::unique_ptr<Stream<Values>>> streams;
  Ends<Values> ends;
  for (const PortStream& shape : twin_case.in) {
    streams.push_back(make_stream(streams.size(), shape));
    ends.in.push_back(streams.back().get());
  }
  for (const PortStream& shape : twin_case.out) {
    streams.push_back(make_stream(streams.size(), shape));
    ends.out.push_back(streams.back().get());
  }

  Model model = make_model(twin_case, stimulus, Images{images + 1}, ends);
  std::vector<std::vector<Values>> received(stimulus.sinks.size());
  for (std::size_t port = 0; port < stimulus.sources.size(); ++port) {
    model.modules.push_back(std::make_unique<TestSource<Values>>("source" + std::to_string(port),
                                                                 stimulus.sources[port], stimulus.words[port],
                                                                 Ends<Values>{{}, {ends.in[port]}}));
  }
  const std::vector<Stream<Values>*>& far_ends = twin_case.out.empty() ? ends.in : ends.out;
  for (std::size_t port = 0; port < stimulus.sinks.size(); ++port) {
    model.modules.push_back(std::make_unique<TestSink<Values>>("sink" + std::to_string(port), stimulus.sinks[port],
                                                               &received[port], Ends<Values>{{far_ends[port]}, {}}));
  }

  std::vector<EdgeLog> logs(streams.size() + model.probes.size());
  for (std::size_t index = 0; index < streams.size(); ++index) {
    streams[index]->observe(logs[index]);
  }
  for (std::size_t index = 0; index < model.probes.size(); ++index) {
    model.probes[index]->observe(logs[streams.size() + index]);
  }
  std::vector<Process*> processes;
  for (const auto& module : model.modules) {
    for (const auto& process : module->processes()) {
      processes.push_back(process.get());
    }
  }
  Worklist().run(processes, Pace::kRunAhead);

  ModelRun run;
  for (std::size_t index = 0; index < logs.size(); ++index) {
    StreamRecord record{logs[index].edges(), {}, {}};
    if (index < twin_case.in.size()) {
      const std::vector<Values>& words = stimulus.words[index];
      record.pushed.assign(words.begin(), words.begin() + std::ssize(record.edges.pushes));
      record.popped.assign(words.begin(), words.begin() + std::ssize(record.edges.pops));
    } else if (index < streams.size()) {
      record.popped = received[index - twin_case.in.size()];
      if (!twin_case.out[index - twin_case.in.size()].is_late) {
        record.pushed = record.popped;
      }
    }
    run.record.push_back(std::move(record));
  }
  run.last_edge = last_edge_of(run.record);
  return run;
}

}  // namespace millrace::rtl
