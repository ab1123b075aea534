#ifndef MILLRACE_TESTS_ORACLE_CYCLE_LOOP_HPP
#define MILLRACE_TESTS_ORACLE_CYCLE_LOOP_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/oracle/netlist.hpp"

// A clocked, two-phase simulation of a netlist, edge by edge, as RTL would do it: in the first phase every state
// machine decides from what is registered, in the second all registers change. It keeps no times and solves no
// recurrence; edges are only written down.
namespace millrace::oracle {

using Edge = std::uint64_t;

struct StreamRecord {
  std::vector<Edge> pushes;
  std::vector<Edge> pops;  // of a broadcast stream: the pop of the slowest unit
};

// Ports are numbered as in the spec (`ins`, `outs`). Waits that are not for a stream are booked too:
//   dot unit   starved by port 0 while it waits for the other units (lock step); blocked by port 0 while it waits for a
//              bank, after its last accumulation as well
//   drain      starved by port 0 while it waits for the units' sums (idle before the first)
//   unpack     starved by port 0 while it waits for the burst's data
//   post       blocked by port 0 while it waits for the memory
// A wait that never ends (deadlock) is not booked.
struct ProcessRecord {
  std::uint64_t busy = 0;
  std::uint64_t starved = 0;
  std::uint64_t blocked = 0;
  std::uint64_t idle = 0;
  std::vector<std::uint64_t> starved_by;  // per input port
  std::vector<std::uint64_t> blocked_by;  // per output port
  Edge last_edge = 0;                     // its `now` at the end: of its last pop, push, end of work or hand-over
  bool finished = false;
};

enum class Want {
  kWord,     // a word of `stream`
  kRoom,     // room in `stream`
  kPartner,  // a process of the same module: a bank, the units' sums, or the other units in lock step
  kMemory,
};

// One entry for every thing that a process waits for: an Add may have one for several of its inputs.
struct Waiting {
  std::size_t module = 0;
  std::size_t process = 0;
  Want want = Want::kWord;
  StreamIndex stream =
      0;  // of the port that it waits at; for kPartner and kMemory the stream of port 0 if there is one
  friend bool operator==(const Waiting&, const Waiting&) = default;
};

enum class Outcome { kCompleted, kDeadlock, kEdgeLimit };

// Processes of a module, in order. DotArray: its units, then the drain. DmaReader: Fetch, Unpack. DmaWriter: Pack,
// Post. All others: one.
struct Result {
  Outcome outcome = Outcome::kCompleted;
  Edge total = 0;  // greatest last_edge; the four accounts of every process sum to it
  std::vector<StreamRecord> streams;
  std::vector<std::vector<ProcessRecord>> processes;  // [module][process]
  std::vector<Waiting> waiting;                       // at a deadlock, by module, process and port
};

// Throws std::invalid_argument if a stream has not one writer and one reader, or a parameter is out of range.
Result run(const Netlist& netlist, Edge max_edges);

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_CYCLE_LOOP_HPP
