// How sources and sinks behave around a twin: what random and adversarial streams look like.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "modules/stream/word.hpp"
#include "tests/modules/support/test_ends.hpp"
#include "tests/rtl/harness/grid.hpp"

namespace millrace::rtl {

enum class Rhythm {
  kAlways,       ///< a word an edge
  kSlow,         ///< a word every few edges, always the same number
  kRandom,       ///< anything from one edge to a few
  kBursts,       ///< runs of a word an edge, long gaps between them
  kOneWordLate,  ///< a word an edge, but one of them a little later: what a tight FIFO must absorb
  kMixed,        ///< each port one of the others
};

struct Scenario {
  Rhythm sources;
  Rhythm sinks;
  std::uint64_t seed;
};

/// Every pair of rhythms that stresses another end, and a few seeds of the random ones.
std::vector<Scenario> scenarios();

/// What stands at the ports of one case in one scenario: times and words of all images.
struct Stimulus {
  std::vector<ServiceTimes> sources;       ///< by input port
  std::vector<std::vector<Values>> words;  ///< by input port; int8 lanes, zeros among them
  std::vector<ServiceTimes> sinks;         ///< by output port; one image longer than the sources
};

Stimulus make_stimulus(const Scenario& scenario, const TwinCase& twin_case, std::size_t case_index,
                       std::int64_t images);

}  // namespace millrace::rtl
