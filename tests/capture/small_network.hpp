// A network with every operator that capture knows, as an ONNX model and as plain loops.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/capture/model_builder.hpp"

namespace millrace::test {

/// [channels][height][width], flat.
struct PlainMap {
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<float> values;

  float at(std::int64_t channel, std::int64_t row, std::int64_t column) const {
    const bool is_inside = row >= 0 && row < height && column >= 0 && column < width;
    return is_inside ? values.at(static_cast<std::size_t>((channel * height + row) * width + column)) : 0.0F;
  }
};

/// Weights [filters][channels of one group][kernel][kernel], flat.
struct PlainConv {
  std::int64_t filters = 0;
  std::int64_t channels = 0;
  std::int64_t kernel = 0;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  std::vector<std::int64_t> pads;  ///< top, left, bottom, right
  std::vector<float> weights;
  std::vector<float> bias;
};

/// image 3x9x7 -> first (conv 3x3, uneven pads, relu) -> body (grouped conv, stride 2) ---+-> sum (relu)
///                                                    \-> two strided slices -> channel pad --/
/// sum -> depthwise (relu) -> pooled -> reshaped -> fc (Gemm). `head` false: flatten and Gemm right after depthwise.
class SmallNetwork {
 public:
  explicit SmallNetwork(std::uint32_t seed, bool has_pool = true);

  ModelBuilder model() const;
  /// Every edge, by the name of the ONNX node that makes it; "image" for the input.
  std::map<std::string, PlainMap> evaluate(const PlainMap& image) const;
  /// Sets floor(fraction * count) of the weights that pruning touches to zero, smallest first.
  void prune(double fraction);

  PlainConv first, body, depthwise;
  std::int64_t outputs = 5;
  std::vector<float> fc;  ///< [outputs][inputs], inputs channel by channel
  std::vector<float> fc_bias;

 private:
  bool has_pool_;
};

}  // namespace millrace::test
