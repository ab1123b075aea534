#ifndef MILLRACE_TESTS_ORACLE_DMA_HPP
#define MILLRACE_TESTS_ORACLE_DMA_HPP

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "tests/oracle/module.hpp"
#include "tests/oracle/netlist.hpp"

namespace millrace::oracle {

// One port: it moves the bytes of one request after the other, and a delay line of `latency` stages is behind it.
class Memory {
 public:
  enum class Kind { kRead, kWrite };

  explicit Memory(const MemorySpec& spec);

  // A client has at most one request an edge.
  std::size_t add_client();
  void request(std::size_t client, std::uint64_t bytes, Kind kind);

  // Requests of this client that were done before or at the beginning of this edge.
  [[nodiscard]] std::uint64_t done(std::size_t client) const { return done_[client]; }

  // Second phase. Returns whether anything is under way.
  bool tick();

 private:
  struct Request {
    std::size_t client;
    std::uint64_t cycles_left;
  };

  MemorySpec spec_;
  std::vector<std::uint64_t> done_;
  std::vector<Request> reads_;   // of this edge
  std::vector<Request> writes_;  // of this edge
  std::deque<Request> queue_;    // its head is moving
  std::deque<Request> delayed_;
};

// Output port: the first stream. The token stream connects the two processes of each.
std::unique_ptr<Module> make_dma_reader(const DmaReaderSpec& spec, const Netlist& netlist, Memory& memory,
                                        InPort bursts_in, OutPort bursts_out, OutPort out);
std::unique_ptr<Module> make_dma_writer(const DmaWriterSpec& spec, const Netlist& netlist, Memory& memory, InPort in,
                                        InPort bursts_in, OutPort bursts_out);

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_DMA_HPP
