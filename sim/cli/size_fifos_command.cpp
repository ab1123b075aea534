#include <fmt/format.h>

#include <boost/lexical_cast.hpp>
#include <cmath>
#include <filesystem>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/cli/interruption.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/output/accelerator_yaml.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/progress.hpp"
#include "sim/output/sizing_json.hpp"
#include "sim/output/sizing_progress.hpp"
#include "sim/output/sizing_table.hpp"
#include "sim/pipeline/simulation.hpp"
#include "sim/sizing/held_out.hpp"
#include "sim/sizing/sized_accelerator.hpp"
#include "sim/sizing/sizing.hpp"
#include "traces/in_quotes.hpp"
#include "traces/nearest.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

constexpr double kMostPercent = 1000.0;
constexpr double kMostMemory = 1e15;

/// "1%" or "1": percent.
double slowdown_of(const std::string& text) {
  const std::string number = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  double percent = -1.0;
  if (!boost::conversion::try_lexical_convert(number, percent) || !(percent >= 0.0 && percent <= kMostPercent)) {
    throw UsageError(fmt::format("--slowdown {}: legal are 0% to {}%", text, kMostPercent));
  }
  return percent / 100.0;
}

Objective objective_of(const std::string& name) {
  for (const Objective objective : {Objective::kBits, Objective::kBlockRams, Objective::kWords}) {
    if (name == objective_name(objective)) {
      return objective;
    }
  }
  throw UsageError(fmt::format("--objective {}: is not known; legal are bits, bram, words", name));
}

/// "64", "64k", "1.5M", "1G": thousands, millions, thousand millions.
std::int64_t memory_size(const std::string& text) {
  const std::string suffixes = "kMG";
  const std::size_t suffix = text.empty() ? std::string::npos : suffixes.find(text.back());
  double size = -1.0;
  if (boost::conversion::try_lexical_convert(suffix == std::string::npos ? text : text.substr(0, text.size() - 1),
                                             size) &&
      size >= 0.0) {
    size *= suffix == std::string::npos ? 1.0 : std::pow(1000.0, static_cast<double>(suffix) + 1.0);
    if (size <= kMostMemory) {
      return static_cast<std::int64_t>(size);
    }
  }
  throw UsageError(fmt::format("--memory {}: legal are numbers from 0, also with k, M or G behind them", text));
}

/// "NAME" stays as the plan has it, "NAME=DEPTH" gets that depth.
std::map<std::string, std::int64_t> pins_of(const std::vector<std::string>& texts, const Plan& plan) {
  std::vector<std::string> names;
  for (const PlannedStream& stream : plan.streams) {
    names.push_back(stream.name);
  }
  std::map<std::string, std::int64_t> pins;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    const std::string name = text.substr(0, equals);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      const std::optional<std::string> close = traces::nearest(name, names);
      throw UsageError(fmt::format("--pin: there is no stream {}; {}'millrace plan' lists them",
                                   traces::in_quotes(name), close ? fmt::format("did you mean '{}'? ", *close) : ""));
    }
    std::int64_t depth = plan.streams[static_cast<std::size_t>(found - names.begin())].depth.words;
    if (equals != std::string::npos &&
        (!boost::conversion::try_lexical_convert(text.substr(equals + 1), depth) || depth < 1 || depth > 1 << 24)) {
      throw UsageError(fmt::format("--pin {}: the depth must be 1 to {}", text, 1 << 24));
    }
    pins[name] = depth;
  }
  return pins;
}

std::string in_words(const Arguments& arguments) {
  std::string words = "millrace size-fifos";
  for (const std::string& argument : arguments) {
    words += " " + argument;
  }
  return words;
}

/// What the sized file says of where it is from.
std::string origin(const Sizing& sizing, const SizingRequest& request, const Arguments& arguments) {
  const std::string mark = sizing.standing == Standing::kInterrupted
                               ? "INTERRUPTED: the best depths found until then. They hold, but more may be saved.\n"
                           : sizing.standing == Standing::kTooSlow
                               ? "TOO SLOW: the memory allows no better than this.\n"
                               : "";
  return fmt::format(
      "{}Stream depths by\n  {}\nInterval {:.1f} cycles on {} images, {:.2f} % above unbounded FIFOs ({:.2f} % "
      "allowed); "
      "{}.\n\n",
      mark, in_words(arguments), sizing.interval(sizing.solved.span()), sizing.intervals + 1,
      100.0 * sizing.slowdown(sizing.solved.span()), 100.0 * request.slowdown,
      amount_text(sizing.memory(), request.objective));
}

/// Simulates what was written, as anybody would. False if it does not do to the cycle what was solved.
bool prove(const std::filesystem::path& file, const Sizing& sizing, const WorkOptions& options, bool quiet) {
  const Inputs inputs = read_inputs(file.string(), std::nullopt);
  const Images images{sizing.intervals + 1};
  ProgressLog log(images.count, quiet ? Progress::Audience::kNobody : Progress::Audience::kUser);
  const std::variant<Outcome, Deadlock, PartialRun> result =
      Simulation(inputs.plan, inputs.trace, images, Pace::kRunAhead, options, log).run();
  const auto* outcome = std::get_if<Outcome>(&result);
  const bool is_equal = outcome != nullptr && solved_of(outcome->images).left == sizing.solved.left;
  const std::string simulated =
      outcome != nullptr ? fmt::format("interval {:.1f} cycles", outcome->interval()) : "a deadlock";
  if (!quiet || !is_equal) {
    fmt::print("proof       {} by SystemC simulation of {}, {:.1f} solved: {}\n", simulated, file.string(),
               sizing.interval(sizing.solved.span()), is_equal ? "equal" : "THEY DIFFER");
  }
  return is_equal;
}

void add_options(CommandLine& line) {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  line.options()("out", text("SIZED.yaml"), "accelerator file to write")(
      "slowdown", text("PERCENT")->default_value("1%"),
      "how much longer than with unbounded FIFOs the interval may be")(
      "images", po::value<std::int64_t>()->value_name("N"),
      "size on the first N images (default: all); the slowdown on the others is reported")(
      "objective", text("WHAT")->default_value("bits"), "what is to be small: bits, bram (BRAM18), words")(
      "queues", "size the window queues and pixel buffers, too")(
      "memory", text("SIZE"),
      "most that the FIFOs may take together, in the unit of the objective (64k, 1.5M): where that is not enough, the "
      "fastest depths within it are written and the exit code is 1")(
      "pin", po::value<std::vector<std::string>>()->value_name("STREAM[=DEPTH]")->composing(),
      "leave this stream as it is, or give it this depth; more than once for more of them")(
      "trace", text("FILE"), "trace to run instead of the file's own")(
      "json", text("FILE"), "write everything to FILE")("pareto", text("FILE"),
                                                        "write the curve of memory against slowdown to FILE (CSV)")(
      "threads", po::value<std::int64_t>()->value_name("N"),
      "use up to N threads (default: one a core). The results are the same")("quiet", "print no table and no progress");
}

SizingRequest request_of(const po::variables_map& values, const Plan& plan, std::size_t threads) {
  SizingRequest request;
  request.objective = objective_of(values["objective"].as<std::string>());
  request.slowdown = slowdown_of(values["slowdown"].as<std::string>());
  request.scope = values.contains("queues") ? Scope::kStreamsAndQueues : Scope::kStreams;
  if (values.contains("memory")) {
    request.memory = memory_size(values["memory"].as<std::string>());
  }
  if (values.contains("pin")) {
    request.pins = pins_of(values["pin"].as<std::vector<std::string>>(), plan);
  }
  request.threads = threads;
  return request;
}

void print_held_out(const HeldOut& held_out) {
  fmt::print("held out    {} images: interval {:.1f} cycles, unbounded {:.1f}: {:.2f} % slowdown\n", held_out.images,
             held_out.interval, held_out.unbounded_interval, 100.0 * held_out.slowdown());
}

Exit exit_of(Standing standing) {
  switch (standing) {
    case Standing::kOptimal:
    case Standing::kMinimal:
      return Exit::kFine;
    case Standing::kInterrupted:
      return Exit::kInterrupted;
    case Standing::kTooSlow:
      return Exit::kDesignFailed;
  }
  return Exit::kFine;
}

/// Everything behind the search. Only the proof is left out where the user wants to stop.
Exit conclude(const Inputs& inputs, const Sizing& sizing, const SizingRequest& request, const WorkOptions& options,
              const po::variables_map& values, const Arguments& arguments) {
  const bool quiet = values.contains("quiet");
  const std::filesystem::path out = values["out"].as<std::string>();
  const bool is_interrupted = sizing.standing == Standing::kInterrupted;
  std::optional<HeldOut> held_out;
  if (!is_interrupted && sizing.intervals + 1 < std::ssize(inputs.trace.images())) {
    held_out = run_held_out(inputs.plan, sizing.knobs, sizing.depths, inputs.trace, sizing.intervals + 1, options);
  }
  Accelerator sized =
      sized_accelerator(inputs.accelerator, inputs.plan, inputs.trace.network(), sizing.knobs, sizing.depths);
  sized.file = out;
  write_file(out, accelerator_yaml(sized, inputs.trace.network(), origin(sizing, request, arguments)));
  if (values.contains("json")) {
    write_file(values["json"].as<std::string>(),
               sizing_json(inputs.plan, inputs.trace, sizing, request, held_out).dump(1) + "\n");
  }
  if (values.contains("pareto")) {
    write_file(values["pareto"].as<std::string>(), pareto_csv(sizing));
  }
  if (!quiet) {
    fmt::print("{}", sizing_table(inputs.plan, sizing, request.objective));
    if (held_out) {
      print_held_out(*held_out);
    }
    fmt::print("wrote       {}\n", out.string());
    std::fflush(stdout);
  }
  if (!is_interrupted && !prove(out, sizing, options, quiet)) {
    return Exit::kDesignFailed;
  }
  return exit_of(sizing.standing);
}

}  // namespace

Exit size_fifos_command(const Arguments& arguments) {
  CommandLine line("millrace size-fifos ACCELERATOR.yaml --out SIZED.yaml [options]",
                   "millrace size-fifos workloads/resnet20-cifar10/balanced.yaml --images 8 --out sized.yaml",
                   "ACCELERATOR.yaml");
  add_options(line);
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  if (!values.contains("out")) {
    throw UsageError("--out is missing; name the accelerator file to write");
  }
  const std::optional<std::string> trace = text_of(values, "trace");
  const WorkOptions options = work_options(values);
  const Inputs inputs = read_inputs(line.positional(), trace);
  const SizingRequest request = request_of(values, inputs.plan, options.threads);
  const Images images = images_to_run(values, inputs.trace);
  if (inputs.trace.has_masks() && images.count < 2) {
    throw UsageError("sizing needs two images at least, the second one entering behind the first; here it is one");
  }
  try {
    std::optional<Sizing> sizing;
    {
      const Interruption interruption;
      const RecordedWork work(inputs.plan, inputs.trace, images, options);
      SizingProgress progress(request.objective, values.contains("quiet"));
      sizing = size_fifos(inputs.plan, inputs.trace, work, request, progress, interruption.stop());
    }
    if (!sizing) {
      fmt::print(stderr, "millrace: interrupted before any depths were found; nothing is written\n");
      return Exit::kInterrupted;
    }
    return conclude(inputs, *sizing, request, options, values, arguments);
  } catch (const StuckForEver& error) {
    fmt::print(stderr, "millrace: no depths of the others help where these are pinned: {}", error.what());
    return Exit::kDesignFailed;
  } catch (const NothingFits& error) {
    throw UsageError(
        fmt::format("--memory {}: not even the shallowest streams take so little; {} are enough for the "
                    "slowdown that is allowed",
                    *request.memory, error.sized_amount()));
  }
}

}  // namespace millrace::sim
