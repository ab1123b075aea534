// The plan: the netlist that is simulated, as plain data. Modules with their parameters, streams with lanes, depth,
// latency and words per image. Elaboration, structural checks, reports and generators read this and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "modules/engine/dot_array.hpp"
#include "modules/engine/global_pool.hpp"
#include "modules/engine/pointwise.hpp"
#include "modules/engine/pool.hpp"
#include "modules/engine/sliding_window.hpp"
#include "modules/memory/dma.hpp"
#include "modules/route/add.hpp"
#include "modules/route/channel_pad.hpp"
#include "modules/route/concat.hpp"
#include "modules/route/fork.hpp"
#include "modules/route/rebundle.hpp"
#include "modules/route/subsample.hpp"
#include "modules/stream/stream.hpp"
#include "sim/config/accelerator.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// Index into Plan::modules.
struct ModuleId {
  std::size_t index = 0;
  friend bool operator==(const ModuleId&, const ModuleId&) = default;
};

/// Index into Plan::streams.
struct StreamId {
  std::size_t index = 0;
  friend bool operator==(const StreamId&, const StreamId&) = default;
};

/// Parallelism of an engine with dot units.
struct Folding {
  std::int64_t coarse_in = 1;
  std::int64_t coarse_out = 1;
  std::int64_t coarse_group = 1;
  std::int64_t group_channels = 1;
  std::int64_t macs = 1;

  std::int64_t units() const { return coarse_in * coarse_out * coarse_group; }
  std::int64_t lanes_in() const { return coarse_in * coarse_group * group_channels; }
  std::int64_t lanes_out() const { return coarse_out * coarse_group; }
};

/// A DotArray and what its work depends on. A fully connected layer is a 1 x 1 layer on one pixel of all its inputs.
struct DotEngine {
  DotArrayParameters array;
  Folding folding;
  UnitKind unit = UnitKind::kSkipBoth;
  bool skip_empty_groups = false;
  WindowShape window;
  std::int64_t channels = 1;
  std::int64_t filters = 1;
  std::int64_t groups = 1;
  traces::LayerId layer;
  traces::EdgeId input;

  /// Pairs that a unit looks at together (M).
  std::int64_t group_pairs() const { return window.kernel * window.kernel * folding.group_channels; }
  std::int64_t windows_per_image() const { return array.accumulations * array.windows_per_accumulation; }
  /// Groups that one unit works through in one image.
  std::int64_t groups_per_unit() const { return windows_per_image() * array.words_per_accumulation; }
};

struct Reader {
  DmaParameters dma;
};

struct Writer {
  DmaParameters dma;
};

using ModuleParameters = std::variant<Reader, Writer, SlidingWindowParameters, DotEngine, ForkParameters, AddParameters,
                                      SubsampleParameters, ChannelPadParameters, RebundleParameters,
                                      GlobalPoolParameters, ConcatParameters, PoolParameters, PointwiseParameters>;

/// "DmaReader", "DotArray", ...: the name of the class in modules/.
const char* module_kind(const ModuleParameters& parameters);

/// Estimates; LUTs are not modelled.
struct Resources {
  std::int64_t dsps = 0;
  std::int64_t memory_bits = 0;  ///< weights, line buffers, pixel buffers; streams are counted by the stream
};

struct PlannedModule {
  std::string name;
  ModuleParameters parameters;
  std::optional<traces::LayerId> layer;
  std::vector<StreamId> inputs;
  std::vector<StreamId> outputs;
  Resources resources;
};

struct PlannedStream {
  std::string name;  ///< "from -> to"
  ModuleId from;
  ModuleId to;
  std::int64_t lanes = 1;
  std::int64_t word_bits = 8;  ///< of a window where it carries windows
  std::int64_t words = 0;      ///< per image
  Depth depth;
  Cycles latency{1};
  std::optional<std::int64_t> minimum_depth;  ///< of a stream into a join: with less, the pipeline deadlocks
};

struct Plan {
  std::string network;
  double clock_mhz = 200.0;
  std::int64_t data_bits = 8;
  MemoryParameters memory;
  std::vector<PlannedModule> modules;
  std::vector<PlannedStream> streams;

  const PlannedModule& module(ModuleId id) const { return modules.at(id.index); }
  const PlannedStream& stream(StreamId id) const { return streams.at(id.index); }
  std::int64_t words_per_image() const;
  Resources resources() const;
};

}  // namespace millrace::sim
