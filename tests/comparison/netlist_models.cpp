#include "tests/comparison/netlist_models.hpp"

#include <algorithm>
#include <sstream>
#include <type_traits>

#include "modules/engine/dot_array.hpp"
#include "modules/engine/global_pool.hpp"
#include "modules/engine/pointwise.hpp"
#include "modules/engine/pool.hpp"
#include "modules/engine/sliding_window.hpp"
#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/concat.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/rebundle.hpp"
#include "modules/route/subsample.hpp"
#include "tests/modules/support/test_ends.hpp"

namespace millrace::comparison {
namespace {

template <typename... Overloads>
struct Visitor : Overloads... {
  using Overloads::operator()...;
};

/// One overload a kind of module of the netlist.
class MakeModel {
 public:
  MakeModel(NetlistParts& parts, std::string name, MemoryPort& memory, Ends<Timing> ends)
      : parts_(parts), name_(std::move(name)), memory_(memory), ends_(std::move(ends)) {}

  std::unique_ptr<Module> operator()(const oracle::SourceSpec& spec) {
    return std::make_unique<TestSource<Timing>>(name_, spec.service, std::vector<Timing>{}, ends_);
  }
  std::unique_ptr<Module> operator()(const oracle::SinkSpec& spec) {
    return std::make_unique<TestSink<Timing>>(name_, spec.service, nullptr, ends_);
  }
  std::unique_ptr<Module> operator()(const oracle::ForkSpec& spec) {
    return make<Fork<Timing>>(ForkParameters{spec.words});
  }
  std::unique_ptr<Module> operator()(const oracle::AddSpec& spec) {
    return make<Add<Timing>>(AddParameters{spec.words});
  }
  std::unique_ptr<Module> operator()(const oracle::ConcatSpec& spec) {
    return make<Concat<Timing>>(ConcatParameters{spec.pixels, {spec.beats.begin(), spec.beats.end()}});
  }
  std::unique_ptr<Module> operator()(const oracle::PoolSpec& spec) {
    // To timing, a map of windows is as good as any other with as many.
    return make<Pool<Timing>>(PoolParameters{WindowShape{1, spec.windows, 1}, 1, 1, PoolKind::kMax, {0, 1, 0, 1}});
  }
  std::unique_ptr<Module> operator()(const oracle::PointwiseSpec& spec) {
    return std::make_unique<Pointwise<Timing>>(name_, PointwiseParameters{spec.words}, images(), nullptr, ends_);
  }
  std::unique_ptr<Module> operator()(const oracle::SubsampleSpec& spec) {
    return make<Subsample<Timing>>(
        SubsampleParameters{spec.shape.height, spec.shape.width, spec.shape.beats(), spec.stride});
  }
  std::unique_ptr<Module> operator()(const oracle::ChannelPadSpec& spec) {
    const std::uint32_t lanes = spec.shape.lanes;
    return make<ChannelPad<Timing>>(
        ChannelPadParameters{spec.shape.pixels(), lanes, spec.before / lanes, spec.shape.beats(), spec.after / lanes});
  }
  std::unique_ptr<Module> operator()(const oracle::RebundleSpec& spec) {
    return make<Rebundle<Timing>>(
        RebundleParameters{spec.shape.pixels(), spec.shape.channels, spec.shape.lanes, spec.to});
  }
  std::unique_ptr<Module> operator()(const oracle::GlobalPoolSpec& spec) {
    return make<GlobalPool<Timing>>(GlobalPoolParameters{spec.shape.pixels(), spec.shape.beats()});
  }
  std::unique_ptr<Module> operator()(const oracle::SlidingWindowSpec& spec) {
    const WindowShape shape{spec.shape.height, spec.shape.width, spec.kernel, spec.stride,
                            spec.top,          spec.left,        spec.bottom, spec.right};
    return make<SlidingWindow<Timing>>(SlidingWindowParameters{shape, spec.shape.beats(), spec.shape.lanes});
  }
  std::unique_ptr<Module> operator()(const oracle::DotArraySpec& spec) {
    parts_.work.push_back(std::make_unique<ScriptedWork>(spec.service, spec.units));
    const DotArrayParameters parameters{spec.units,   spec.accumulations, spec.windows,
                                        spec.results, spec.pixel_buffers, spec.lock_step};
    return std::make_unique<DotArray<Timing>>(name_, parameters, images(), *parts_.work.back(), nullptr, ends_);
  }
  std::unique_ptr<Module> operator()(const oracle::DmaReaderSpec& spec) {
    return std::make_unique<DmaReader<Timing>>(name_, dma(spec.words, spec.word_bytes, spec.bursts), images(), memory_,
                                               parts_.observer, ends_);
  }
  std::unique_ptr<Module> operator()(const oracle::DmaWriterSpec& spec) {
    return std::make_unique<DmaWriter<Timing>>(name_, dma(spec.words, spec.word_bytes, spec.bursts), images(), memory_,
                                               parts_.observer, ends_);
  }

 private:
  Images images() const { return {parts_.netlist.images}; }

  DmaParameters dma(std::uint32_t words, std::uint32_t word_bytes, std::size_t bursts) const {
    return {words, 1, word_bytes, parts_.netlist.memory.burst, parts_.netlist.streams[bursts].depth, 0};
  }

  template <typename Model, typename Parameters>
  std::unique_ptr<Module> make(const Parameters& parameters) const {
    return std::make_unique<Model>(name_, parameters, images(), ends_);
  }

  NetlistParts& parts_;
  std::string name_;
  MemoryPort& memory_;
  Ends<Timing> ends_;
};

/// The oracle numbers the processes of a DMA reader the other way round.
std::size_t oracle_process(const oracle::ModuleSpec& spec, std::size_t row) {
  return std::holds_alternative<oracle::DmaReaderSpec>(spec) ? 1 - row : row;
}

std::uint64_t number(Cycles cycles) {
  return static_cast<std::uint64_t>(cycles.count());
}

std::string compare_edges(const char* what, const std::vector<oracle::Edge>& expected,
                          const std::vector<oracle::Edge>& actual) {
  const auto [want, have] = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
  if (want == expected.end() && have == actual.end()) {
    return {};
  }
  std::ostringstream text;
  text << what << ' ' << want - expected.begin() << ": expected ";
  (want == expected.end() ? text << "none" : text << "edge " << *want) << ", got ";
  (have == actual.end() ? text << "none" : text << "edge " << *have);
  return text.str();
}

std::string compare_accounts(const oracle::ProcessRecord& expected, const AccountRow& row) {
  std::ostringstream text;
  const auto check = [&](const std::string& what, std::uint64_t want, Cycles have) {
    if (text.str().empty() && want != number(have)) {
      text << row.name << ' ' << what << ": expected " << want << ", got " << number(have);
    }
  };
  check("busy", expected.busy, row.total.busy);
  for (std::size_t port = 0; port < expected.starved_by.size(); ++port) {
    check("starved by port " + std::to_string(port), expected.starved_by[port], row.total.starved.at(port));
  }
  for (std::size_t port = 0; port < expected.blocked_by.size(); ++port) {
    check("blocked by port " + std::to_string(port), expected.blocked_by[port], row.total.blocked.at(port));
  }
  return text.str();
}

/// Of all that a process waits for, the product names one.
bool names_wait_of(const oracle::Netlist& netlist, const oracle::Result& expected, std::size_t module,
                   std::size_t process, const Process& stuck) {
  return std::any_of(expected.waiting.begin(), expected.waiting.end(), [&](const oracle::Waiting& waiting) {
    if (waiting.module != module || waiting.process != process) {
      return false;
    }
    const StreamTiming* stream = stuck.waiting_for()->stream();
    if (waiting.want == oracle::Want::kPartner) {
      return stream->name().ends_with(".banks");
    }
    const bool for_room = stuck.waiting_for()->waits_for_room();
    return for_room == (waiting.want == oracle::Want::kRoom) &&
           (is_internal(netlist, waiting.stream) || stream->name() == std::to_string(waiting.stream));
  });
}

std::string compare_waiting(const oracle::Netlist& netlist, const oracle::Result& expected, std::size_t module,
                            const Module& model) {
  for (std::size_t row = 0; row < model.processes().size(); ++row) {
    const Process& process = *model.processes()[row];
    const bool dot_array = std::holds_alternative<oracle::DotArraySpec>(netlist.modules[module]);
    // All units of an array are one process of the product; the drain stands behind them in the oracle.
    const std::size_t drain = expected.processes[module].size() - 1;
    const std::size_t counterpart = dot_array ? (row == 0 ? 0 : drain) : oracle_process(netlist.modules[module], row);
    const bool finished = expected.processes[module][counterpart].finished;
    if (process.finished() != finished) {
      return process.name() + (finished ? " should have finished" : " should be stuck");
    }
    if (!finished && !names_wait_of(netlist, expected, module, counterpart, process)) {
      return process.name() + " waits for something else: " + process.waiting_for()->stream()->name();
    }
  }
  return {};
}

}  // namespace

bool is_dma(const oracle::ModuleSpec& spec) {
  return std::holds_alternative<oracle::DmaReaderSpec>(spec) || std::holds_alternative<oracle::DmaWriterSpec>(spec);
}

bool is_internal(const oracle::Netlist& netlist, std::size_t stream) {
  return std::any_of(netlist.modules.begin(), netlist.modules.end(), [&](const oracle::ModuleSpec& spec) {
    const auto* reader = std::get_if<oracle::DmaReaderSpec>(&spec);
    const auto* writer = std::get_if<oracle::DmaWriterSpec>(&spec);
    return (reader != nullptr && reader->bursts == stream) || (writer != nullptr && writer->bursts == stream);
  });
}

std::vector<std::size_t> inputs_of(const oracle::ModuleSpec& spec) {
  return std::visit(Visitor{[](const oracle::SourceSpec&) { return std::vector<std::size_t>{}; },
                            [](const oracle::DmaReaderSpec&) { return std::vector<std::size_t>{}; },
                            [](const oracle::AddSpec& add) { return add.ins; },
                            [](const oracle::ConcatSpec& concat) { return concat.ins; },
                            [](const auto& one) { return std::vector<std::size_t>{one.in}; }},
                    spec);
}

std::vector<std::size_t> outputs_of(const oracle::ModuleSpec& spec) {
  return std::visit(Visitor{[](const oracle::SinkSpec&) { return std::vector<std::size_t>{}; },
                            [](const oracle::DmaWriterSpec&) { return std::vector<std::size_t>{}; },
                            [](const oracle::ForkSpec& fork) { return fork.outs; },
                            [](const auto& one) { return std::vector<std::size_t>{one.out}; }},
                    spec);
}

MemoryParameters memory_of(const oracle::Netlist& netlist) {
  return {netlist.memory.bytes_per_cycle, Cycles{netlist.memory.latency}, netlist.memory.burst, 1};
}

WorkBand ScriptedWork::next_band() {
  const std::size_t count = std::min(band_windows_ * units_, service_.size() - done_);
  const std::span<const UnitWork> band = std::span(service_).subspan(done_, count);
  done_ += count;
  band_windows_ = band_windows_ % 5 + 1;
  return widths_.band(band);
}

std::unique_ptr<Module> NetlistParts::make(std::size_t module, const std::string& name, MemoryPort& memory,
                                           Ends<Timing> ends) {
  return std::visit(MakeModel(*this, name, memory, std::move(ends)), netlist.modules[module]);
}

std::vector<std::unique_ptr<EdgeRecorder>> watch(const oracle::Netlist& netlist,
                                                 const std::vector<StreamTiming*>& streams,
                                                 const std::vector<const Module*>& models) {
  std::vector<StreamTiming*> all = streams;
  for (std::size_t module = 0; module < models.size(); ++module) {
    if (const auto* reader = std::get_if<oracle::DmaReaderSpec>(&netlist.modules[module])) {
      all[reader->bursts] = models[module]->processes().back()->outputs().front();
    }
    if (const auto* writer = std::get_if<oracle::DmaWriterSpec>(&netlist.modules[module])) {
      all[writer->bursts] = models[module]->processes().front()->outputs().front();
    }
  }
  std::vector<std::unique_ptr<EdgeRecorder>> recorders;
  for (StreamTiming* stream : all) {
    recorders.push_back(std::make_unique<EdgeRecorder>());
    stream->observe(*recorders.back());
  }
  return recorders;
}

std::string difference(const oracle::Netlist& netlist, const oracle::Result& expected,
                       const std::vector<std::unique_ptr<EdgeRecorder>>& recorders,
                       const std::vector<const Module*>& models) {
  for (std::size_t stream = 0; stream < recorders.size(); ++stream) {
    for (const std::string& text :
         {compare_edges("push", expected.streams[stream].pushes, recorders[stream]->record.pushes),
          compare_edges("pop", expected.streams[stream].pops, recorders[stream]->record.pops)}) {
      if (!text.empty()) {
        return "stream " + std::to_string(stream) + ' ' + text;
      }
    }
  }
  for (std::size_t module = 0; module < models.size(); ++module) {
    const std::vector<AccountRow> rows = models[module]->accounts().rows;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t process = oracle_process(netlist.modules[module], row);
      const std::string text = compare_accounts(expected.processes[module].at(process), rows[row]);
      if (!text.empty()) {
        return text;
      }
    }
    const std::string text = compare_waiting(netlist, expected, module, *models[module]);
    if (!text.empty()) {
      return text;
    }
  }
  return {};
}

std::size_t count_edges(const oracle::Result& result) {
  std::size_t edges = 0;
  for (const oracle::StreamRecord& stream : result.streams) {
    edges += stream.pushes.size() + stream.pops.size();
  }
  return edges;
}

}  // namespace millrace::comparison
