// A trace of random values: zero or not, element by element, the same for the same seed.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "traces/network.hpp"
#include "traces/provenance.hpp"

namespace millrace::test {

class RandomTrace {
 public:
  /// Of all elements about `density` are not zero. Without images it is a network only.
  RandomTrace(const traces::Network& network, std::size_t images, std::uint32_t seed, double density = 0.5);

  /// [F, Kh, Kw, C / groups] of a layer with weights.
  const std::vector<float>& weights(traces::LayerId layer) const { return weights_.at(layer.index); }
  /// [H, W, C] of an edge that a layer with weights reads.
  const std::vector<float>& activations(traces::EdgeId edge, std::size_t image) const {
    return activations_.at(edge.index).at(image);
  }
  void write(const std::filesystem::path& file) const;
  /// As a file an image, in a new folder.
  void write_shards(const std::filesystem::path& folder) const;

 private:
  std::vector<float> values(std::int64_t count);
  void write(const std::filesystem::path& file, std::size_t first_image, std::size_t images,
             std::optional<traces::ShardPlace> shard) const;

  traces::Network network_;
  std::size_t images_;
  std::mt19937 random_;
  double density_;
  std::map<std::size_t, std::vector<float>> weights_;
  std::map<std::size_t, std::vector<std::vector<float>>> activations_;
};

}  // namespace millrace::test
