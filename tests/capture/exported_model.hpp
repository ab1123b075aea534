// A network as PyTorch exports it without folding, at any opset: batch norms apart, Clip, Dropout, means and shapes in
// the form of the opset. And the same as plain loops.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/capture/model_builder.hpp"
#include "tests/capture/plain_operators.hpp"

namespace millrace::test {

/// image 3x11x11 -> a (conv, batch norm, ReLU6, dropout) -> b (depthwise, stride 2, uneven pads, batch norm, ReLU6)
///   -> c (conv, batch norm) -+-> norm (batch norm, ReLU) -> e (conv, bias added apart) -> sum
///                            \----------------------------------------------------------/
/// sum -+-> largest (ceil mode) -+-> joined -> pooled -> fc -> softmax
///      \-> mean (ceil mode) ----/
class ExportedModel {
 public:
  ExportedModel(int opset, bool counts_padding);

  ModelBuilder model() const;
  /// Edges, by the name of the ONNX node that makes them; "image" for the input.
  std::map<std::string, PlainMap> evaluate(const PlainMap& image) const;

  /// Scale and shift of a batch norm in inference.
  struct Norm {
    std::vector<float> gamma, beta, mean, variance;
    PlainMap apply(const PlainMap& map) const;
  };

 private:
  void add_conv(ModelBuilder& builder, const PlainConv& conv, const std::string& input,
                const std::string& output) const;
  void add_norm(ModelBuilder& builder, const Norm& norm, const std::string& input, const std::string& output) const;
  void add_relu6(ModelBuilder& builder, const std::string& input, const std::string& output) const;
  void add_dropout(ModelBuilder& builder, const std::string& input, const std::string& output) const;
  void add_head(ModelBuilder& builder) const;

  int opset_;
  bool counts_padding_;
  PlainConv a_, b_, c_, e_;
  Norm norm_a_, norm_b_, norm_c_, norm_d_;
  PlainPool largest_, mean_;
  std::vector<float> fc_;  ///< [outputs][inputs]
  std::vector<float> fc_bias_;
};

}  // namespace millrace::test
