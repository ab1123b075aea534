#include "traces/capture/normalise/normalise.hpp"

#include "traces/capture/normalise/graph_rewriter.hpp"
#include "traces/capture/normalise/rules.hpp"
#include "traces/capture/onnx_model.hpp"

namespace millrace::capture {

std::vector<std::string> normalise(onnx::GraphProto& graph) {
  // Initialisers may be listed as inputs; which one is the image must be known before constants are added.
  const onnx::ValueInfoProto input = model_input(graph);
  GraphRewriter rewriter(graph);
  store_constants(rewriter);
  drop_identities(rewriter);
  reshape_weights(rewriter);
  store_clip_bounds(rewriter);
  make_gemms(rewriter);
  make_batch_norms(rewriter, input);
  fold_batch_norms(rewriter);
  std::vector<std::string> left_out = cut_softmax(rewriter);
  rewriter.finish();
  return left_out;
}

}  // namespace millrace::capture
