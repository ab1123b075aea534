#include <fmt/format.h>

#include "sim/cli/command.hpp"
#include "sim/synth/synth.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

constexpr std::int64_t kMostImages = 100000;

/// What an option that may be repeated and an option that names a file say of the layers.
LayerNumbers layer_numbers(const po::variables_map& values, const std::string& option, const std::string& file_option,
                           LayerNumbers numbers) {
  if (values.contains(option)) {
    for (const std::string& text : values[option].as<Texts>()) {
      numbers.add("--" + option, text);
    }
  }
  if (values.contains(file_option)) {
    numbers.read(values[file_option].as<std::string>());
  }
  return numbers;
}

EdgeRules edge_rules(const po::variables_map& values, const traces::Network& network, std::string& description) {
  constexpr double kMostZeros = 1e6;
  const LayerNumbers densities = layer_numbers(values, "density", "channel-densities", LayerNumbers("density", 1.0));
  const LayerNumbers zeros = layer_numbers(values, "window-zeros", "", LayerNumbers("number of zeros", kMostZeros));
  const bool has_source = values.contains("from-histogram");
  if ((densities.is_empty() ? 0 : 1) + (zeros.is_empty() ? 0 : 1) + (has_source ? 1 : 0) != 1) {
    throw UsageError(
        "what is zero must be said in one way: --density (with or without --channel-densities), --window-zeros, or "
        "--from-histogram");
  }
  if (has_source) {
    const traces::Trace source = traces::Trace::open(values["from-histogram"].as<std::string>());
    description = fmt::format("histograms of {} (trace {})", source.network().name(), source.hash());
    return histogram_rules(network, source);
  }
  description = zeros.is_empty() ? "density " + densities.describe() : "zeros in a window " + zeros.describe();
  return zeros.is_empty() ? density_rules(network, densities) : window_zero_rules(network, zeros);
}

SynthRules read_rules(const po::variables_map& values, const traces::Network& network) {
  SynthRules rules;
  rules.edges = edge_rules(values, network, rules.description);
  LayerNumbers weights =
      layer_numbers(values, "weight-density", "weight-channel-densities", LayerNumbers("weight density", 1.0));
  if (!weights.of_all()) {
    weights.set_all(1.0);
  }
  rules.weights = weight_rules(network, weights);
  rules.description += "; weight density " + weights.describe();
  return rules;
}

}  // namespace

Exit synth_command(const Arguments& arguments) {
  CommandLine line(
      "millrace synth NETWORK|TRACE --out TRACE (--density ... | --window-zeros ... | --from-histogram ...)",
      "millrace synth traces/resnet20-cifar10.safetensors --density 0.5 --density /conv1/Conv=1 --images 8 "
      "--out synth.safetensors",
      "NETWORK");
  const auto texts = [](const char* name) { return po::value<Texts>()->composing()->value_name(name); };
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  line.options()("out", text("FILE"), "trace to write")(
      "images", po::value<std::int64_t>()->value_name("N")->default_value(1), "how many images")(
      "seed", po::value<std::uint64_t>()->value_name("S")->default_value(1), "the same seed, the same trace")(
      "density", texts("[LAYER=]D"), "fraction of a layer's input that is not zero; again for more layers")(
      "channel-densities", text("FILE"), "YAML or JSON: layer to density, or to a list, one a channel")(
      "window-zeros", texts("[LAYER=]N"), "every window has N zeros in each channel, if it holds no padding")(
      "from-histogram", text("TRACE"), "draw the windows' zeros from those of a trace of the same network")(
      "weight-density", texts("[LAYER=]D"), "fraction of the weights that is not zero (default: 1)")(
      "weight-channel-densities", text("FILE"), "as --channel-densities, for channels of weights");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  if (!values.contains("out")) {
    throw UsageError("--out is missing; name the trace to write");
  }
  const std::int64_t images = values["images"].as<std::int64_t>();
  if (images < 1 || images > kMostImages) {
    throw UsageError(fmt::format("--images {}: legal are 1 to {}", images, kMostImages));
  }
  const traces::Trace source = traces::Trace::open(line.positional());
  if (traces::masked_edges(source.network()).empty()) {
    throw UsageError(fmt::format("{}: has no layer with weights, so there are no zeros to make up", line.positional()));
  }
  const SynthRules rules = read_rules(values, source.network());
  write_synth(values["out"].as<std::string>(), source.network(), rules, images, values["seed"].as<std::uint64_t>());
  return Exit::kFine;
}

}  // namespace millrace::sim
