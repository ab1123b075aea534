// What sizing may turn: the depth of a stream, and the pixel buffers of an engine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/sizing/fifo_memory.hpp"

namespace millrace::sim {

/// The pixel buffers between units and drain of a DotArray.
struct PixelBuffers {
  ModuleId module;
  friend bool operator==(const PixelBuffers&, const PixelBuffers&) = default;
};

struct Knob {
  std::string name;  ///< of the stream as the plan has it; of buffers, that of their bank ("X.banks")
  std::variant<StreamId, PixelBuffers> what;
  std::int64_t width = 8;  ///< bits of a word
  std::int64_t words = 1;  ///< that one step of depth is: of pixel buffers, those of an accumulation
  std::int64_t before = 1;
  std::int64_t least = 1;
  std::int64_t most = 1;
  bool is_pinned = false;  ///< stays as it is; least and most are equal

  FifoMemory memory(std::int64_t depth) const { return FifoMemory::of({depth * words, width}); }
  /// The next depth down that takes less, but not below `least`; `depth` itself if there is none.
  std::int64_t step_down(std::int64_t depth, Objective objective) const;
  /// Used up as far as it costs nothing, but not above `most`.
  std::int64_t filled(std::int64_t depth, Objective objective) const;
};

/// One depth a knob, in the order of the knobs.
using Depths = std::vector<std::int64_t>;

enum class Scope {
  kStreams,           ///< streams between modules, but for those between a window and its units
  kStreamsAndQueues,  ///< those too, and pixel buffers
};

/// Every stream and, with the scope, all pixel buffers; what is out of scope or pinned stays as it is. `least` of a
/// stream into a join is its structural minimum, else 1; `most` of a stream is two of its maps, or what it has now if
/// that is more. Pixel buffers: 1 to 8, or what they have.
std::vector<Knob> knobs_of(const Plan& plan, Scope scope, const std::map<std::string, std::int64_t>& pins);

Depths depths_before(const std::vector<Knob>& knobs);
Plan with_depths(Plan plan, const std::vector<Knob>& knobs, const Depths& depths);
/// Of all that is not pinned.
FifoMemory memory_of(const std::vector<Knob>& knobs, const Depths& depths);

}  // namespace millrace::sim
