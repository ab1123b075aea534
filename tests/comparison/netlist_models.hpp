// The oracle's netlists as modules of the product, for any host.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "modules/memory/dma.hpp"
#include "modules/process/module.hpp"
#include "tests/modules/support/work_bands.hpp"
#include "tests/oracle/cycle_loop.hpp"
#include "tests/oracle/netlist.hpp"

namespace millrace::comparison {

/// Streams of the netlist that lie between modules; the others are inside a DMA engine.
bool is_internal(const oracle::Netlist& netlist, std::size_t stream);
bool is_dma(const oracle::ModuleSpec& spec);

/// Indices of the streams at a module's ports.
std::vector<std::size_t> inputs_of(const oracle::ModuleSpec& spec);
std::vector<std::size_t> outputs_of(const oracle::ModuleSpec& spec);

MemoryParameters memory_of(const oracle::Netlist& netlist);

/// Work from the service times of a netlist, in bands of odd sizes and widths.
class ScriptedWork final : public WorkSource {
 public:
  ScriptedWork(const std::vector<std::uint32_t>& service, std::size_t units) : service_(service), units_(units) {}
  WorkBand next_band() override;

 private:
  const std::vector<std::uint32_t>& service_;
  std::size_t units_;
  std::size_t done_ = 0;
  std::size_t band_windows_ = 1;
  WidthsInTurn widths_;
};

/// What models of a netlist need to live.
struct NetlistParts {
  explicit NetlistParts(const oracle::Netlist& parts_of) : netlist(parts_of) {}

  std::unique_ptr<Module> make(std::size_t module, const std::string& name, MemoryPort& memory, Ends<Timing> ends);

  struct Deaf final : ImageObserver {
    void entered(std::int64_t, Cycle) override {}
    void left(std::int64_t, Cycle) override {}
  };
  const oracle::Netlist& netlist;
  Deaf observer;
  std::vector<std::unique_ptr<ScriptedWork>> work;
};

/// Every push and pop of one stream.
class EdgeRecorder final : public StreamObserver {
 public:
  void pushed(const StreamTiming&, Cycle edge) override { record.pushes.push_back(number(edge)); }
  void popped(const StreamTiming&, Cycle edge) override { record.pops.push_back(number(edge)); }

  oracle::StreamRecord record;

 private:
  static oracle::Edge number(Cycle edge) { return static_cast<oracle::Edge>(edge.edge()); }
};

/// Watches every stream of a netlist, those inside DMA engines too. Index: the netlist's streams.
std::vector<std::unique_ptr<EdgeRecorder>> watch(const oracle::Netlist& netlist,
                                                 const std::vector<StreamTiming*>& streams,
                                                 const std::vector<const Module*>& models);

/// Compares a finished (or stuck) run with the oracle's: edges of every stream, accounts of every process, who waits
/// for what. Empty if all are equal; else the first difference in words.
std::string difference(const oracle::Netlist& netlist, const oracle::Result& expected,
                       const std::vector<std::unique_ptr<EdgeRecorder>>& recorders,
                       const std::vector<const Module*>& models);

/// Edges that a result holds, pushes and pops of all streams.
std::size_t count_edges(const oracle::Result& result);

}  // namespace millrace::comparison
