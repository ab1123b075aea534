#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/cli/interruption.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/partial_run.hpp"
#include "sim/output/progress.hpp"
#include "sim/output/run_json.hpp"
#include "sim/output/run_table.hpp"
#include "sim/pipeline/simulation.hpp"
#include "sim/resolve/verify_remedy.hpp"
#include "sim/structure/remedy.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

/// The progress bar is gone when this returns.
std::variant<Outcome, Deadlock, PartialRun> simulate(const Inputs& inputs, Images images, Pace pace,
                                                     const WorkOptions& work, Progress::Audience audience,
                                                     const Interruption& interruption) {
  ProgressLog log(images.count, audience);
  return Simulation(inputs.plan, inputs.trace, images, pace, work, log).run([&] { return interruption.stop().load(); });
}

/// To the file that --json names, if it does.
void write_json(const po::variables_map& values, const Json& json) {
  if (values.contains("json")) {
    write_file(values["json"].as<std::string>(), json.dump(1) + "\n");
  }
}

}  // namespace

Exit run_command(const Arguments& arguments) {
  CommandLine line("millrace run ACCELERATOR.yaml [options]",
                   "millrace run workloads/resnet20-cifar10/balanced.yaml --images 4 --json result.json",
                   "ACCELERATOR.yaml");
  auto options = line.options();
  options("trace", po::value<std::string>()->value_name("FILE"), "trace to run instead of the file's own");
  add_images_option(options);
  options("json", po::value<std::string>()->value_name("FILE"), "write all results to FILE")(
      "no-speed", "leave out how long the simulation took, so that equal runs print equal bytes")(
      "synchronise", "make every pop and push wait for the kernel's clock: the same results, slowly");
  add_work_options(options);
  options("quiet", "print no table and no progress");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const auto start = std::chrono::steady_clock::now();
  const Interruption interruption;
  const std::optional<std::string> trace = text_of(values, "trace");
  const WorkOptions work = work_options(values);
  const Inputs inputs = read_inputs(line.positional(), trace, work.threads);
  const bool quiet = values.contains("quiet");
  const bool with_speed = !values.contains("no-speed");
  const Images images = images_to_run(values, inputs.trace);

  const Pace pace = values.contains("synchronise") ? Pace::kTakeTurns : Pace::kRunAhead;
  std::variant<Outcome, Deadlock, PartialRun> result = simulate(
      inputs, images, pace, work, quiet ? Progress::Audience::kNobody : Progress::Audience::kUser, interruption);
  if (auto* deadlock = std::get_if<Deadlock>(&result)) {
    find_remedy(*deadlock, inputs.plan);
    verify_remedy(*deadlock, inputs.plan, RecordedWork(inputs.plan, inputs.trace, images, work));
    fmt::print(stderr, "millrace: {}", describe(*deadlock));
    return Exit::kDesignFailed;
  }
  if (const auto* partial = std::get_if<PartialRun>(&result)) {
    write_json(values, partial_run_json(inputs.plan, inputs.trace, *partial));
    if (!quiet) {
      fmt::print("{}", partial_run_table(inputs.plan, *partial));
    }
    return Exit::kInterrupted;
  }
  Outcome& outcome = std::get<Outcome>(result);
  outcome.speed.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_json(values, run_json(inputs.plan, inputs.trace, outcome, with_speed));
  if (!quiet) {
    fmt::print("{}", run_table(inputs.plan, outcome, with_speed));
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
