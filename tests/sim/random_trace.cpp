#include "tests/sim/random_trace.hpp"

#include <optional>
#include <string>

#include "traces/trace_writer.hpp"

namespace millrace::test {

RandomTrace::RandomTrace(const traces::Network& network, std::size_t images, std::uint32_t seed, double density)
    : network_(network), images_(images), random_(seed), density_(density) {
  for (std::size_t index = 0; index < network.layers().size(); ++index) {
    const traces::Layer& layer = network.layers()[index];
    // Without images a trace is a network only, and has no masks.
    if (!traces::has_weights(layer) || images == 0) {
      continue;
    }
    const traces::WeightShape shape = network.weight_shape(layer);
    weights_[index] = values(shape.filters * shape.kernel_height * shape.kernel_width * shape.channels);
    std::vector<std::vector<float>>& read = activations_[layer.inputs.front().index];
    while (read.size() < images) {
      read.push_back(values(network.edge(layer.inputs.front()).shape.elements()));
    }
  }
}

std::vector<float> RandomTrace::values(std::int64_t count) {
  std::vector<float> all(static_cast<std::size_t>(count));
  std::bernoulli_distribution not_zero(density_);
  for (float& value : all) {
    value = not_zero(random_) ? 0.25F + static_cast<float>(random_() % 8) : 0.0F;
  }
  return all;
}

void RandomTrace::write(const std::filesystem::path& file) const {
  std::vector<traces::ImageInfo> images;
  for (std::size_t image = 0; image < images_; ++image) {
    images.push_back({"image" + std::to_string(image), std::nullopt, std::nullopt});
  }
  traces::TraceWriter writer(file, network_, {}, images, std::nullopt);
  for (const auto& [layer, values] : weights_) {
    writer.weights({layer}, values);
  }
  for (const auto& [edge, by_image] : activations_) {
    for (std::size_t image = 0; image < by_image.size(); ++image) {
      writer.activations({edge}, image, by_image[image]);
    }
  }
  writer.finish();
}

}  // namespace millrace::test
