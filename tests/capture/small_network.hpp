// A network with every operator that capture knows, as an ONNX model and as plain loops.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/capture/model_builder.hpp"
#include "tests/capture/plain_operators.hpp"

namespace millrace::test {

/// image 3x9x7 -> first (conv 3x3, uneven pads, relu) -> body (grouped conv, stride 2) ---+-> sum (relu)
///                                                    \-> two strided slices -> channel pad --/
/// sum -> depthwise (relu) -> pooled -> reshaped -> fc (Gemm). `head` false: flatten and Gemm right after depthwise.
class SmallNetwork {
 public:
  explicit SmallNetwork(std::uint32_t seed, bool has_pool = true);

  ModelBuilder model() const;
  /// Every edge, by the name of the ONNX node that makes it; "image" for the input.
  std::map<std::string, PlainMap> evaluate(const PlainMap& image) const {
    return evaluate(image, [](const std::string&, PlainMap&) {});
  }
  /// `change` may change each edge's values before anything reads them.
  std::map<std::string, PlainMap> evaluate(const PlainMap& image,
                                           const std::function<void(const std::string&, PlainMap&)>& change) const;
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
