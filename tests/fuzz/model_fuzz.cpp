// Any bytes as an ONNX model: they are refused with a message, or become a network. Nothing is inferred: OpenCV gets
// models of Millrace's own making only, and a child process to crash in.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/refusal.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/graph_import.hpp"
#include "traces/capture/normalise/normalise.hpp"
#include "traces/capture/onnx_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const fuzz::MemoryFile file(data, size);
  try {
    onnx::ModelProto model = capture::load_model(file.path());
    capture::normalise(*model.mutable_graph());
    capture::import_graph(model.graph(), "fuzzed");
  } catch (const capture::CaptureError& error) {
    fuzz::check_message(error);
  } catch (const traces::TraceError& error) {
    fuzz::check_message(error);
  }
  return 0;
}
