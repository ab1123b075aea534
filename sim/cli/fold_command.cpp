#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <filesystem>
#include <optional>

#include "sim/cli/command.hpp"
#include "sim/folding/fold.hpp"
#include "sim/output/accelerator_yaml.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/fold_table.hpp"
#include "sim/resources/device.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMostDsps = 1 << 20;

std::optional<Device> device_of(const po::variables_map& values) {
  if (!values.contains("device")) {
    return std::nullopt;
  }
  const std::string name = values["device"].as<std::string>();
  if (const std::optional<Device> device = find_device(name)) {
    return device;
  }
  std::string names;
  for (const Device& device : devices()) {
    names += (names.empty() ? "" : ", ") + boost::to_lower_copy(std::string(device.name));
  }
  throw UsageError(fmt::format("--device {}: is not known; legal are {}", name, names));
}

UnitKind unit_of(const po::variables_map& values) {
  const std::string name = values["unit"].as<std::string>();
  std::string names;
  for (const UnitKind kind :
       {UnitKind::kDense, UnitKind::kSkipWeights, UnitKind::kSkipActivations, UnitKind::kSkipBoth}) {
    if (name == unit_kind_name(kind)) {
      return kind;
    }
    names += std::string(names.empty() ? "" : ", ") + unit_kind_name(kind);
  }
  throw UsageError(fmt::format("--unit {}: is not known; legal are {}", name, names));
}

Budget budget_of(const po::variables_map& values, const std::optional<Device>& device) {
  if (!values.contains("dsp") && !device) {
    throw UsageError("--dsp is missing; say how many DSPs the accelerator may take, or name a --device");
  }
  Budget budget;
  budget.dsps = values.contains("dsp") ? values["dsp"].as<std::int64_t>() : device->dsps;
  if (budget.dsps < 1 || budget.dsps > kMostDsps) {
    throw UsageError(fmt::format("--dsp {}: legal are 1 to {}", budget.dsps, kMostDsps));
  }
  if (device) {
    budget.dsps = std::min(budget.dsps, device->dsps);
    budget.block_rams = device->bram18;
  }
  return budget;
}

double clock_of(const po::variables_map& values, const std::optional<Device>& device) {
  constexpr double kSlowest = 1.0;
  constexpr double kFastest = 10000.0;
  if (!values.contains("clock")) {
    return device ? device->clock_mhz : Accelerator().clock_mhz;
  }
  const auto clock = values["clock"].as<double>();
  if (!(clock >= kSlowest && clock <= kFastest)) {
    throw UsageError(fmt::format("--clock {}: legal are {} to {} MHz", clock, kSlowest, kFastest));
  }
  return clock;
}

std::string in_words(const Arguments& arguments) {
  std::string words = "millrace fold";
  for (const std::string& argument : arguments) {
    words += " " + argument;
  }
  return words;
}

/// What an accelerator file says of where it is from.
std::string origin(const traces::Trace& trace, const Arguments& arguments) {
  return fmt::format("{} folded so that every engine takes about as long for an image. Made with\n  {}\nfrom {}.\n\n",
                     trace.network().name(), in_words(arguments),
                     trace.has_masks() ? fmt::format("the zeros of {} images", trace.images().size())
                                       : std::string("the network alone, as if nothing were zero"));
}

}  // namespace

Exit fold_command(const Arguments& arguments) {
  CommandLine line("millrace fold TRACE|NETWORK --dsp N --out ACCELERATOR.yaml [options]",
                   "millrace fold traces/resnet20-cifar10.safetensors --dsp 128 --out resnet20.yaml", "TRACE");
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  line.options()("dsp", po::value<std::int64_t>()->value_name("N"),
                 "DSPs that it may take, two MACs of 8 bits each (default: the device's)")(
      "clock", po::value<double>()->value_name("MHZ"), "clock (default: the device's, else 200)")(
      "device", text("NAME"),
      "take no more DSPs than this device has, and no more BRAM18 where they are known (u250): u250, zcu104, ...")(
      "unit", text("KIND")->default_value("skip_both"), "dense, skip_weights, skip_activations, skip_both")(
      "out", text("FILE"), "accelerator file to write");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  if (!values.contains("out")) {
    throw UsageError("--out is missing; name the accelerator file to write");
  }
  const std::optional<Device> device = device_of(values);
  FoldRequest request;
  request.out = values["out"].as<std::string>();
  request.trace = line.positional();
  request.unit = unit_of(values);
  request.clock_mhz = clock_of(values, device);
  request.budget = budget_of(values, device);
  const traces::Trace trace = traces::Trace::open(request.trace);
  try {
    const Fold result = fold(trace, request);
    const std::string table = fold_table(result, request, device);
    const bool is_there = std::filesystem::exists(request.out);
    write_file(request.out, accelerator_yaml(result.accelerator, trace.network(), origin(trace, arguments) + table));
    fmt::print("{}{} {}\n", table, is_there ? "replaced  " : "wrote     ", request.out.string());
  } catch (const BudgetError& error) {
    throw UsageError(error.what());
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
