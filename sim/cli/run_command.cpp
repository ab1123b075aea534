#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/progress.hpp"
#include "sim/output/run_json.hpp"
#include "sim/output/run_table.hpp"
#include "sim/pipeline/simulation.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMostThreads = 1024;

std::int64_t images_to_run(const po::variables_map& values, const traces::Trace& trace) {
  const std::int64_t available = std::ssize(trace.images());
  // A network without images is refused where its masks are looked for.
  if (!values.contains("images") || !trace.has_masks()) {
    return available;
  }
  const std::int64_t images = values["images"].as<std::int64_t>();
  if (images < 1 || images > available) {
    throw UsageError(fmt::format("--images {}: the trace {} holds {} images; legal are 1 to {}", images,
                                 trace.file().string(), available, available));
  }
  return images;
}

WorkOptions work_options(const po::variables_map& values) {
  WorkOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (values.contains("threads")) {
    const std::int64_t threads = values["threads"].as<std::int64_t>();
    if (threads < 1 || threads > kMostThreads) {
      throw UsageError(fmt::format("--threads {}: legal are 1 to {}", threads, kMostThreads));
    }
    options.threads = static_cast<std::size_t>(threads);
  }
  if (values.contains("simd")) {
    try {
      options.simd = simd_level_of(values["simd"].as<std::string>());
    } catch (const SimdError& error) {
      throw UsageError(fmt::format("--simd {}", error.what()));
    }
  }
  return options;
}

/// The progress bar is gone when this returns.
std::variant<Outcome, Deadlock> simulate(const Inputs& inputs, Images images, Pace pace, const WorkOptions& work,
                                         bool quiet) {
  ProgressLog log(images.count, quiet);
  return Simulation(inputs.plan, inputs.trace, images, pace, work, log).run();
}

}  // namespace

Exit run_command(const Arguments& arguments) {
  CommandLine line("millrace run ACCELERATOR.yaml [options]",
                   "millrace run workloads/resnet20-cifar10/balanced.yaml --images 4 --json result.json",
                   "ACCELERATOR.yaml");
  line.options()("trace", po::value<std::string>()->value_name("FILE"), "trace to run instead of the file's own")(
      "images", po::value<std::int64_t>()->value_name("N"), "run the first N images (default: all)")(
      "json", po::value<std::string>()->value_name("FILE"), "write all results to FILE")(
      "no-speed", "leave out how long the simulation took, so that equal runs print equal bytes")(
      "synchronise", "make every pop and push wait for the kernel's clock: the same results, slowly")(
      "threads", po::value<std::int64_t>()->value_name("N"),
      "use up to N threads (default: one a core); 1: no other thread. The results are the same")(
      "simd", po::value<std::string>()->value_name("LEVEL"),
      "count pairs with these vector instructions: portable, avx2, avx512 (default: the best of this processor). The "
      "results are the same")("quiet", "print no table and no progress");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const auto start = std::chrono::steady_clock::now();
  const std::optional<std::string> trace =
      values.contains("trace") ? std::optional(values["trace"].as<std::string>()) : std::nullopt;
  const Inputs inputs = read_inputs(line.positional(), trace);
  const bool quiet = values.contains("quiet");
  const bool with_speed = !values.contains("no-speed");
  const std::int64_t images = images_to_run(values, inputs.trace);

  const Pace pace = values.contains("synchronise") ? Pace::kTakeTurns : Pace::kRunAhead;
  std::variant<Outcome, Deadlock> result = simulate(inputs, Images{images}, pace, work_options(values), quiet);
  if (const auto* deadlock = std::get_if<Deadlock>(&result)) {
    fmt::print(stderr, "millrace: {}", describe(*deadlock));
    return Exit::kDesignFailed;
  }
  Outcome& outcome = std::get<Outcome>(result);
  outcome.speed.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (values.contains("json")) {
    write_file(values["json"].as<std::string>(),
               run_json(inputs.plan, inputs.trace, outcome, with_speed).dump(1) + "\n");
  }
  if (!quiet) {
    fmt::print("{}", run_table(inputs.plan, outcome, with_speed));
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
