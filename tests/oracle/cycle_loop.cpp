#include "tests/oracle/cycle_loop.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/oracle/beat_process.hpp"
#include "tests/oracle/channel.hpp"
#include "tests/oracle/dma.hpp"
#include "tests/oracle/dot_array.hpp"
#include "tests/oracle/module.hpp"

namespace millrace::oracle {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

// Built netlist and its clock.
class Machine {
 public:
  explicit Machine(const Netlist& netlist) : netlist_(netlist), memory_(netlist.memory) {
    if (netlist.images == 0) {
      throw std::invalid_argument("netlist: no images");
    }
    build_channels();
    for (const ModuleSpec& spec : netlist.modules) {
      modules_.push_back(build(spec));
    }
  }

  Outcome clock(Edge max_edges) {
    for (Edge edge = 0; edge < max_edges; ++edge) {
      for (const auto& module : modules_) {
        module->evaluate(edge);
      }
      if (finished()) {
        tick(edge);  // writes down the pushes and pops of the last edge
        return Outcome::kCompleted;
      }
      if (!tick(edge)) {
        return Outcome::kDeadlock;
      }
    }
    return Outcome::kEdgeLimit;
  }

  [[nodiscard]] Result result(Outcome outcome) const {
    Result result;
    result.outcome = outcome;
    for (const Channel& channel : channels_) {
      result.streams.push_back(channel.record());
    }
    for (const auto& module : modules_) {
      for (const auto& process : module->processes()) {
        result.total = std::max(result.total, process->last_edge());
      }
    }
    for (std::size_t m = 0; m < modules_.size(); ++m) {
      std::vector<ProcessRecord>& records = result.processes.emplace_back();
      for (std::size_t p = 0; p < modules_[m]->processes().size(); ++p) {
        const Process& process = *modules_[m]->processes()[p];
        records.push_back(process.record(result.total));
        if (outcome == Outcome::kDeadlock && !process.finished()) {
          const std::vector<Waiting> waiting = process.waiting(m, p);
          result.waiting.insert(result.waiting.end(), waiting.begin(), waiting.end());
        }
      }
    }
    return result;
  }

 private:
  // A stream is written and read once; the number of its readers is known when all modules have been seen.
  void build_channels() {
    std::vector<std::uint32_t> writers(netlist_.streams.size());
    std::vector<std::uint32_t> reading(netlist_.streams.size());
    std::vector<std::size_t> readers(netlist_.streams.size(), 1);
    const auto reads = [&](StreamIndex stream) { ++reading.at(stream); };
    const auto writes = [&](StreamIndex stream) { ++writers.at(stream); };
    for (const ModuleSpec& module : netlist_.modules) {
      std::visit(
          Overloaded{[&](const SourceSpec& spec) { writes(spec.out); }, [&](const SinkSpec& spec) { reads(spec.in); },
                     [&](const ForkSpec& spec) {
                       reads(spec.in);
                       std::for_each(spec.outs.begin(), spec.outs.end(), writes);
                     },
                     [&](const AddSpec& spec) {
                       std::for_each(spec.ins.begin(), spec.ins.end(), reads);
                       writes(spec.out);
                     },
                     [&](const ConcatSpec& spec) {
                       std::for_each(spec.ins.begin(), spec.ins.end(), reads);
                       writes(spec.out);
                     },
                     [&](const DotArraySpec& spec) {
                       reads(spec.in);
                       writes(spec.out);
                       readers[spec.in] = spec.units;
                     },
                     [&](const DmaReaderSpec& spec) {
                       writes(spec.bursts);
                       reads(spec.bursts);
                       writes(spec.out);
                     },
                     [&](const DmaWriterSpec& spec) {
                       reads(spec.in);
                       writes(spec.bursts);
                       reads(spec.bursts);
                     },
                     [&](const auto& spec) {
                       reads(spec.in);
                       writes(spec.out);
                     }},
          module);
    }
    for (std::size_t s = 0; s < netlist_.streams.size(); ++s) {
      if (writers[s] != 1 || reading[s] != 1) {
        throw std::invalid_argument("stream " + std::to_string(s) + " has not one writer and one reader");
      }
      channels_.emplace_back(netlist_.streams[s], readers[s]);
    }
  }

  InPort in(StreamIndex stream, std::size_t reader = 0) { return {&channels_[stream], stream, reader}; }
  OutPort out(StreamIndex stream) { return {&channels_[stream], stream}; }

  std::vector<InPort> ins(const std::vector<StreamIndex>& streams) {
    std::vector<InPort> ports;
    for (const StreamIndex stream : streams) {
      ports.push_back(in(stream));
    }
    return ports;
  }

  std::vector<OutPort> outs(const std::vector<StreamIndex>& streams) {
    std::vector<OutPort> ports;
    for (const StreamIndex stream : streams) {
      ports.push_back(out(stream));
    }
    return ports;
  }

  std::unique_ptr<Module> build(const ModuleSpec& module) {
    const std::uint32_t images = netlist_.images;
    const auto alone = [](std::unique_ptr<Process> process) {
      std::vector<std::unique_ptr<Process>> processes;
      processes.push_back(std::move(process));
      return std::make_unique<Module>(std::move(processes));
    };
    return std::visit(
        Overloaded{
            [&](const SourceSpec& spec) { return alone(make_source(spec, out(spec.out))); },
            [&](const SinkSpec& spec) { return alone(make_sink(spec, in(spec.in))); },
            [&](const ForkSpec& spec) {
              return alone(make_copier(std::uint64_t{images} * spec.words, {in(spec.in)}, outs(spec.outs)));
            },
            [&](const AddSpec& spec) {
              return alone(make_copier(std::uint64_t{images} * spec.words, ins(spec.ins), {out(spec.out)}));
            },
            [&](const ConcatSpec& spec) { return alone(make_concat(spec, images, ins(spec.ins), out(spec.out))); },
            [&](const PoolSpec& spec) {
              return alone(make_copier(std::uint64_t{images} * spec.windows, {in(spec.in)}, {out(spec.out)}));
            },
            [&](const PointwiseSpec& spec) {
              return alone(make_copier(std::uint64_t{images} * spec.words, {in(spec.in)}, {out(spec.out)}));
            },
            [&](const SubsampleSpec& spec) { return alone(make_subsample(spec, images, in(spec.in), out(spec.out))); },
            [&](const ChannelPadSpec& spec) {
              return alone(make_channel_pad(spec, images, in(spec.in), out(spec.out)));
            },
            [&](const RebundleSpec& spec) { return alone(make_rebundle(spec, images, in(spec.in), out(spec.out))); },
            [&](const GlobalPoolSpec& spec) {
              return alone(make_global_pool(spec, images, in(spec.in), out(spec.out)));
            },
            [&](const SlidingWindowSpec& spec) {
              return alone(make_sliding_window(spec, images, in(spec.in), out(spec.out)));
            },
            [&](const DotArraySpec& spec) {
              std::vector<InPort> readers;
              for (std::size_t u = 0; u < spec.units; ++u) {
                readers.push_back(in(spec.in, u));
              }
              return make_dot_array(spec, images, readers, out(spec.out));
            },
            [&](const DmaReaderSpec& spec) {
              return make_dma_reader(spec, netlist_, memory_, in(spec.bursts), out(spec.bursts), out(spec.out));
            },
            [&](const DmaWriterSpec& spec) {
              return make_dma_writer(spec, netlist_, memory_, in(spec.in), in(spec.bursts), out(spec.bursts));
            }},
        module);
  }

  [[nodiscard]] bool finished() const {
    return std::all_of(modules_.begin(), modules_.end(), [](const auto& module) {
      return std::all_of(module->processes().begin(), module->processes().end(),
                         [](const auto& process) { return process->finished(); });
    });
  }

  // Second phase. Returns whether the next edge can differ from this one.
  bool tick(Edge edge) {
    bool lives = memory_.tick();
    for (const auto& module : modules_) {
      for (const auto& process : module->processes()) {
        lives = process->tick() || lives;
      }
    }
    for (Channel& channel : channels_) {
      lives = channel.tick(edge) || lives;
    }
    return lives;
  }

  const Netlist& netlist_;
  Memory memory_;
  std::vector<Channel> channels_;
  std::vector<std::unique_ptr<Module>> modules_;
};

}  // namespace

Result run(const Netlist& netlist, Edge max_edges) {
  Machine machine(netlist);
  return machine.result(machine.clock(max_edges));
}

}  // namespace millrace::oracle
