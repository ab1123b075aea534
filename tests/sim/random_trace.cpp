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
  write(file, 0, images_, std::nullopt);
}

void RandomTrace::write_shards(const std::filesystem::path& folder) const {
  std::filesystem::create_directory(folder);
  const auto count = static_cast<std::int64_t>(images_);
  for (std::int64_t image = 0; image < count; ++image) {
    write(folder / (std::to_string(image) + ".safetensors"), static_cast<std::size_t>(image), 1,
          traces::ShardPlace{image + 1, count, image, count});
  }
}

void RandomTrace::write(const std::filesystem::path& file, std::size_t first_image, std::size_t images,
                        std::optional<traces::ShardPlace> shard) const {
  std::vector<traces::ImageInfo> infos;
  for (std::size_t image = first_image; image < first_image + images; ++image) {
    infos.push_back({"image" + std::to_string(image), std::nullopt, std::nullopt});
  }
  traces::TraceWriter writer(file, network_, {}, infos, std::nullopt, shard);
  for (const auto& [layer, values] : weights_) {
    writer.weights({layer}, values);
  }
  for (const auto& [edge, by_image] : activations_) {
    for (std::size_t image = 0; image < images; ++image) {
      writer.activations({edge}, image, by_image[first_image + image]);
    }
  }
  writer.finish();
}

}  // namespace millrace::test
