// How fast is work counted? Every layer with weights of a trace, on one core, at every SIMD level, beside a bare loop
// over the same masks in the same containers that only loads, ANDs, counts bits and adds.
//
//   work_stage [--trace FILE] [--by-layer] [Google Benchmark's options]
//
// A folding is chosen for every layer: up to so many units, N MACs each. GMAC/s are dense-equivalent: all pairs of all
// groups, zero or not. For the bare loop, bringing the masks into lanes is not timed, and there are no more lanes than
// pixels.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "bench/bare_loop.hpp"
#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"
#include "sim/work/band_shape.hpp"
#include "sim/work/mask_work.hpp"
#include "sim/work/simd/kernels.hpp"
#include "sim/work/weight_groups.hpp"
#include "sim/work/window_band.hpp"

namespace millrace::bench {
namespace {

using namespace sim;
/// Seconds of processor time of this thread: what else runs on the machine does not count.
double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

constexpr Images kImages{2};

/// At most so many lane units and filters at once, and MACs a unit.
struct Shape {
  std::int64_t coarse_in;
  std::int64_t coarse_out;
  std::int64_t macs;
  std::string name() const { return fmt::format("units<={}/N={}", coarse_in * coarse_out, macs); }
};

const std::vector<Shape> kShapes = {{8, 8, 1}, {8, 8, 4}, {16, 16, 2}};

std::int64_t largest_divisor(std::int64_t number, std::int64_t most) {
  std::int64_t divisor = std::min(number, most);
  while (number % divisor != 0) {
    --divisor;
  }
  return divisor;
}

/// The engine of a layer: planned as a network of its own, then given the trace's masks.
DotEngine engine_of(const traces::Network& network, traces::LayerId id, const Shape& shape) {
  const traces::Layer& layer = network.layer(id);
  const traces::MapShape& in = network.edge(layer.inputs.front()).shape;
  const auto* conv = std::get_if<traces::Convolution>(&layer.op);
  const std::int64_t groups = conv != nullptr ? conv->groups : 1;
  const std::int64_t channels = (conv != nullptr ? in.channels : in.elements()) / groups;
  const std::int64_t filters = network.weight_shape(layer).filters / groups;
  const bool has_window = conv != nullptr && conv->kernel_height > 1;

  LayerSettings settings;
  const std::int64_t group_channels = has_window ? 1 : largest_divisor(channels, 8);
  const auto set = [](auto& setting, std::int64_t value) { setting = Setting<std::int64_t>{value, {}}; };
  set(settings.group_channels, group_channels);
  set(settings.macs,
      std::min(shape.macs, group_channels * (has_window ? conv->kernel_height * conv->kernel_width : 1)));
  if (channels == 1 && filters == 1) {
    set(settings.coarse_group, largest_divisor(groups, shape.coarse_in * shape.coarse_out));
  } else {
    set(settings.coarse_in, largest_divisor(channels / group_channels, shape.coarse_in));
    set(settings.coarse_out, largest_divisor(filters, shape.coarse_out));
  }
  Accelerator accelerator;
  accelerator.layers["l"] = settings;
  const Plan plan = complete(
      draft_plan(accelerator, traces::Network::Builder("l", "in", in).add("l", layer.op, {"in"}, "out").finish("out")));
  for (const PlannedModule& module : plan.modules) {
    if (const auto* planned = std::get_if<DotEngine>(&module.parameters)) {
      DotEngine engine = *planned;
      engine.layer = id;
      engine.input = layer.inputs.front();
      return engine;
    }
  }
  throw std::logic_error("a layer with weights has no engine");
}

struct Timed {
  double seconds = 0;
  std::int64_t dense_macs = 0;
  std::int64_t unit_windows = 0;  ///< numbers handed over
};

/// Into two bands, as a run has.
Timed count_work(const DotEngine& engine, const traces::Trace& trace, SimdLevel level) {
  const auto work = MaskWork::make(engine, trace, kImages, level);
  std::array<NarrowWork, 2> bands{work->make_band(), work->make_band()};
  for (NarrowWork& band : bands) {
    // Taken from the operating system, and its pages touched, before the clock starts.
    band.resize(
        static_cast<std::size_t>(rows_of_band(engine) * engine.window.out_width()) *
        static_cast<std::size_t>(engine.windows_per_image() / (engine.window.out_height() * engine.window.out_width()) *
                                 engine.array.units));
  }
  const double start = now();
  for (std::size_t band = 0; !work->finished(); ++band) {
    work->next_band(bands[band % bands.size()]);
    benchmark::DoNotOptimize(bands[band % bands.size()]);
  }
  return {now() - start, work->totals().dense_macs, kImages.count * engine.windows_per_image() * engine.array.units};
}

template <typename Container>
using Loop = std::uint64_t (*)(const BareTask<Container>&);

template <typename Container>
Timed count_bare_in(const DotEngine& engine, const traces::Trace& trace, SimdLevel level, Loop<Container> loop) {
  const std::int64_t rows = rows_of_band(engine);
  const auto windows = WindowBand<Container>::make(engine, trace, rows, kernels_of(level));
  const WeightGroups groups(engine, trace.weight_mask(engine.layer));
  const GroupLayout layout(engine);
  std::vector<Container> weights;
  for (std::int64_t beat = 0; beat < layout.beats_per_pixel; ++beat) {
    for (std::int64_t lane = 0; lane < layout.lane_units; ++lane) {
      for (const std::uint64_t word : groups.of_lane(beat, lane)) {
        weights.push_back(static_cast<Container>(word));
      }
    }
  }
  const std::size_t slot_size = weights.size() / windows->slots();
  const std::int64_t all_rows = kImages.count * engine.window.out_height();
  Timed timed;
  for (std::int64_t row = 0; row < all_rows; row += rows) {
    const std::int64_t count = std::min(rows, all_rows - row);
    windows->gather(row, count);
    const double start = now();
    for (std::size_t slot = 0; slot < windows->slots(); ++slot) {
      benchmark::DoNotOptimize(loop({windows->slot(slot), weights.data() + slot * slot_size, windows->pitch(),
                                     static_cast<std::size_t>(count * engine.window.out_width()), windows->words(),
                                     slot_size / windows->words()}));
    }
    timed.seconds += now() - start;
  }
  timed.dense_macs = kImages.count * engine.groups_per_unit() * engine.array.units * engine.group_pairs();
  return timed;
}

const BareLoops& loops_of(SimdLevel level) {
  switch (level) {
    case SimdLevel::kPortable:
      break;
    case SimdLevel::kAvx2:
      return avx2_bare_loops();
    case SimdLevel::kAvx512:
      return avx512_bare_loops();
  }
  return portable_bare_loops();
}

Timed count_bare(const DotEngine& engine, const traces::Trace& trace, SimdLevel level) {
  const std::int64_t pairs = engine.group_pairs();
  const BareLoops& loops = loops_of(level);
  if (pairs <= 8) {
    return count_bare_in(engine, trace, level, loops.of_8);
  }
  if (pairs <= 16) {
    return count_bare_in(engine, trace, level, loops.of_16);
  }
  if (pairs <= 32) {
    return count_bare_in(engine, trace, level, loops.of_32);
  }
  return count_bare_in(engine, trace, level, loops.of_64);
}

/// Both in turn in every iteration: what else runs on the machine disturbs both. The time of an iteration is the
/// work's.
void compare(benchmark::State& state, const std::vector<DotEngine>& engines, const traces::Trace& trace,
             SimdLevel level) {
  Timed work;
  Timed bare;
  for (auto _ : state) {
    double seconds = 0;
    for (const DotEngine& engine : engines) {
      const Timed counted = count_work(engine, trace, level);
      seconds += counted.seconds;
      work.dense_macs += counted.dense_macs;
      work.unit_windows += counted.unit_windows;
      const Timed least = count_bare(engine, trace, level);
      bare.seconds += least.seconds;
      bare.dense_macs += least.dense_macs;
    }
    work.seconds += seconds;
    state.SetIterationTime(seconds);
  }
  constexpr double kGiga = 1e9;
  state.counters["GMAC/s"] = static_cast<double>(work.dense_macs) / work.seconds / kGiga;
  state.counters["bare_GMAC/s"] = static_cast<double>(bare.dense_macs) / bare.seconds / kGiga;
  state.counters["ns_per_unit_window"] = work.seconds * kGiga / static_cast<double>(work.unit_windows);
  state.counters["of_bare"] = work.seconds / bare.seconds;
}

void add(const std::string& name, std::vector<DotEngine> engines, const traces::Trace& trace, SimdLevel level) {
  benchmark::RegisterBenchmark(
      (name + "/" + name_of(level)).c_str(),
      [engines = std::move(engines), &trace, level](benchmark::State& state) { compare(state, engines, trace, level); })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void add_all(const traces::Trace& trace, bool by_layer) {
  const traces::Network& network = trace.network();
  for (const Shape& shape : kShapes) {
    std::vector<DotEngine> engines;
    std::vector<std::string> names;
    for (std::size_t index = 0; index < network.layers().size(); ++index) {
      if (traces::has_weights(network.layers()[index])) {
        engines.push_back(engine_of(network, {index}, shape));
        names.push_back(network.layers()[index].name);
      }
    }
    for (const SimdLevel level : simd_levels()) {
      if (!by_layer) {
        add(network.name() + "/" + shape.name(), engines, trace, level);
        continue;
      }
      for (std::size_t index = 0; index < engines.size(); ++index) {
        add(fmt::format("{}/{}", names[index], shape.name()), {engines[index]}, trace, level);
      }
    }
  }
}

int run(int argc, char** argv) {
  std::string file = MILLRACE_SOURCE_FOLDER "/traces/resnet20-cifar10-pruned50.safetensors";
  bool by_layer = false;
  std::vector<char*> rest{argv[0]};
  for (int index = 1; index < argc; ++index) {
    const std::string word = argv[index];
    if (word == "--by-layer") {
      by_layer = true;
    } else if (word == "--trace" && index + 1 < argc) {
      file = argv[++index];
    } else {
      rest.push_back(argv[index]);
    }
  }
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data())) {
    return 2;
  }
  const traces::Trace trace = traces::Trace::open(file);
  add_all(trace, by_layer);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace millrace::bench

int sc_main(int argc, char* argv[]) {
  try {
    return millrace::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "work_stage: error: {}\n", error.what());
    return 2;
  }
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
