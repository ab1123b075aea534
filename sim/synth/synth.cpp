#include "sim/synth/synth.hpp"

#include <fmt/format.h>

#include <numeric>

#include "sim/synth/random.hpp"
#include "sim/synth/values.hpp"
#include "traces/in_quotes.hpp"
#include "traces/trace_layout.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::sim {
namespace {

/// An index, drawn by its weight.
std::int64_t draw(const std::vector<std::uint64_t>& weights, Random& random) {
  std::uint64_t rest = random.below(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
  std::int64_t index = 0;
  for (const std::uint64_t weight : weights) {
    if (rest < weight) {
      break;
    }
    rest -= weight;
    ++index;
  }
  return index;
}

/// The values of one image on an edge.
class EdgeValues {
 public:
  EdgeValues(const traces::MapShape& map, Random random) : map_(map), random_(random) {}

  std::vector<float> operator()(const IndependentZeros& rule) {
    return independent_values(map_.elements() / std::ssize(rule.densities), rule.densities, random_);
  }
  std::vector<float> operator()(const WindowZeros& rule) {
    std::vector<std::int64_t> zeros;
    for (const std::vector<std::uint64_t>& weights : rule.weights) {
      zeros.push_back(draw(weights, random_));
    }
    return periodic_values(map_, rule.kernel, zeros, random_);
  }

 private:
  traces::MapShape map_;
  Random random_;
};

}  // namespace

std::map<std::size_t, IndependentZeros> weight_rules(const traces::Network& network, const LayerNumbers& densities) {
  densities.check(network);
  std::map<std::size_t, IndependentZeros> rules;
  for (const traces::LayerId id : traces::weighted_layers(network)) {
    const traces::Layer& layer = network.layer(id);
    const std::int64_t channels = network.weight_shape(layer).channels;
    std::optional<std::vector<double>> own = densities.of_layer(layer.name, channels);
    if (!own && !densities.of_all()) {
      throw ConfigError("--weight-density", {},
                        fmt::format("none is given for layer {}; give one for it (LAYER=NUMBER), or one for all",
                                    traces::in_quotes(layer.name)));
    }
    rules.emplace(id.index,
                  IndependentZeros{own ? std::move(*own)
                                       : std::vector<double>(static_cast<std::size_t>(channels), *densities.of_all())});
  }
  return rules;
}

void write_synth(const std::filesystem::path& file, const traces::Network& network, const SynthRules& rules,
                 std::int64_t images, std::uint64_t seed) {
  std::vector<traces::ImageInfo> infos;
  for (std::int64_t image = 0; image < images; ++image) {
    infos.push_back({fmt::format("synth{}", image), std::nullopt, std::nullopt});
  }
  traces::Provenance provenance;
  provenance.synth = fmt::format("{}; seed {}", rules.description, seed);
  traces::TraceWriter writer(file, network, provenance, infos, std::nullopt);
  for (const auto& [layer, rule] : rules.weights) {
    Random random(seed, traces::weight_mask_name(network.layer({layer})), 0);
    const std::int64_t weights = network.weight_shape(network.layer({layer})).elements();
    writer.weights({layer}, independent_values(weights / std::ssize(rule.densities), rule.densities, random));
  }
  for (const auto& [index, rule] : rules.edges) {
    const traces::Edge& edge = network.edge({index});
    for (std::size_t image = 0; image < infos.size(); ++image) {
      EdgeValues values(edge.shape, Random(seed, traces::activation_mask_name(edge), image));
      writer.activations({index}, image, std::visit(values, rule));
    }
  }
  writer.finish();
}

}  // namespace millrace::sim
