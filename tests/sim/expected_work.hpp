// The work of one engine by direct evaluation: from values, one multiplication after the other. Shares no code with
// sim/work.
#pragma once

#include <string>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/work/mask_work.hpp"
#include "tests/sim/random_trace.hpp"

namespace millrace::test {

/// One layer "l" on the edge "in", and how it is folded (keys and values of an accelerator file).
struct LayerCase {
  std::string name;
  traces::MapShape in;
  traces::Operator op;
  std::string folding;
};

/// What an engine is to hand over.
struct ExpectedWork {
  std::vector<UnitWork> work;  ///< window-major, all units of a window together
  std::int64_t macs_done = 0;
  std::int64_t dense_macs = 0;
};

ExpectedWork direct_work(const traces::Network& network, const RandomTrace& values, const sim::DotEngine& engine,
                         std::size_t images);

/// All bands of a source behind each other.
std::vector<UnitWork> all_bands(sim::MaskWork& source);

/// Compares MaskWork at every level of this processor with direct evaluation, window by window and unit by unit.
void expect_direct_work(const LayerCase& layer, std::size_t images, double density, std::uint32_t seed);

}  // namespace millrace::test
