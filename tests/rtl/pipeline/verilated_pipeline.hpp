// A Verilated pipeline (generate_pipeline.py), clocked edge by edge.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "tests/modules/support/edge_log.hpp"
#include "tests/rtl/harness/verilated_grid.hpp"

namespace millrace::rtl {

template <typename Verilated>
class VerilatedPipeline {
 public:
  /// Behind reset, at edge 0.
  explicit VerilatedPipeline(std::size_t streams) : streams_(streams) {
    top_.reset = 1;
    settle();
    clock();
    top_.reset = 0;
    edge_ = 0;
  }

  /// The next edge, unseen.
  void step() {
    settle();
    clock();
  }
  /// The next edge; adds what moves at it to the edges of the streams.
  void step(std::vector<StreamEdges>& edges) {
    settle();
    add(top_.push, edges, &StreamEdges::pushes);
    add(top_.pop, edges, &StreamEdges::pops);
    clock();
  }
  /// Words that were not what they should be, up to the edge before the last one.
  std::uint32_t mismatches() const { return top_.mismatches; }

 private:
  void settle() {
    top_.clk = 0;
    top_.eval();
  }
  void clock() {
    top_.clk = 1;
    top_.eval();
    ++edge_;
  }

  template <typename Signal>
  void add(const Signal& signal, std::vector<StreamEdges>& edges, Edges StreamEdges::*end) const {
    for (std::size_t first = 0; first < streams_; first += kChunk) {
      std::uint32_t bits = read_bits(signal, first, std::min(kChunk, streams_ - first));
      for (; bits != 0; bits &= bits - 1) {
        (edges[first + static_cast<std::size_t>(std::countr_zero(bits))].*end).push_back(edge_);
      }
    }
  }

  static constexpr std::size_t kChunk = 32;

  std::size_t streams_;
  std::int64_t edge_ = 0;
  Verilated top_;
};

}  // namespace millrace::rtl
