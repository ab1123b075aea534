#include <fmt/format.h>

#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/structure/remedy.hpp"
#include "sim/structure/token_run.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

/// Two images: the second one enters while the first is still inside.
std::optional<Deadlock> structural_deadlock(const Plan& plan) {
  TokenRun run(plan, Images{2});
  if (run.run()) {
    return std::nullopt;
  }
  Deadlock deadlock = without_edges(diagnose(run.processes()));
  find_remedy(deadlock, plan);
  return deadlock;
}

/// What is legal, but seldom meant.
void print_notes(const Inputs& inputs) {
  for (const PlannedStream& stream : inputs.plan.streams) {
    if (stream.depth.words == 1) {
      fmt::print("note: '{}' has depth 1 and passes a word every second cycle at most\n", stream.name);
    }
    if (stream.depth.words > 2 * stream.words) {
      fmt::print("note: '{}' has depth {}; two images have {} words\n", stream.name, stream.depth.words,
                 2 * stream.words);
    }
  }
  if (!inputs.trace.has_masks()) {
    fmt::print("note: {} is a network without masks: enough to check and to plan, not to run\n",
               inputs.trace.file().string());
  }
}

}  // namespace

Exit check_command(const Arguments& arguments) {
  CommandLine line("millrace check ACCELERATOR.yaml [options]",
                   "millrace check workloads/resnet20-cifar10/balanced.yaml", "ACCELERATOR.yaml");
  line.options()("trace", po::value<std::string>()->value_name("FILE"),
                 "trace or network file instead of the file's own");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const std::optional<std::string> trace = text_of(values, "trace");
  const Inputs inputs = read_inputs(line.positional(), trace);
  const Plan& plan = inputs.plan;
  print_notes(inputs);
  if (const std::optional<Deadlock> deadlock = structural_deadlock(plan)) {
    fmt::print(stderr, "millrace: {}", describe(*deadlock));
    return Exit::kDesignFailed;
  }
  const Resources resources = plan.resources();
  fmt::print("{}: fine. {} modules, {} streams, {} words an image, {} DSPs, {:.1f} Mbit; no deadlock\n",
             line.positional(), plan.modules.size(), plan.streams.size(), plan.words_per_image(), resources.dsps,
             static_cast<double>(resources.memory_bits) / 1e6);
  return Exit::kFine;
}

}  // namespace millrace::sim
