// The steps of normalise(), one source file each. Every step leaves alone what it cannot change: import_graph() then
// names the node that is left.
#pragma once

#include <string>
#include <vector>

#include "traces/capture/normalise/graph_rewriter.hpp"

namespace millrace::capture {

/// Constant nodes become initialisers. Throws CaptureError for a value that is no tensor and no number.
void store_constants(GraphRewriter& rewriter);
/// Identity, Dropout and the Cast of a constant to the type that it has go. Throws CaptureError for a Dropout that
/// trains.
void drop_identities(GraphRewriter& rewriter);
/// Reshape and Transpose of weights are done here, once.
void reshape_weights(GraphRewriter& rewriter);
/// Clip gets its bounds as attributes, as before opset 11: OpenCV 4.6 refuses them as inputs.
void store_clip_bounds(GraphRewriter& rewriter);
/// A MatMul with weights becomes a Gemm, and the weights of every Gemm are turned to [outputs, inputs], as OpenCV 4.6
/// misreads the others.
void make_gemms(GraphRewriter& rewriter);
/// Add, Sub, Mul and Div of a constant, one a channel or one for all, become a BatchNormalization.
void make_batch_norms(GraphRewriter& rewriter, const onnx::ValueInfoProto& input);
/// A BatchNormalization right behind a Conv or Gemm that nothing else reads goes into its weights and bias.
void fold_batch_norms(GraphRewriter& rewriter);
/// A Softmax or LogSoftmax at the end goes: it moves no class past another. Returns descriptions of what went.
std::vector<std::string> cut_softmax(GraphRewriter& rewriter);

}  // namespace millrace::capture
