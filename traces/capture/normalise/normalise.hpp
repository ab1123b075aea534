// Brings the many ways in which exporters write a network down to one, which the importer and OpenCV both read.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace millrace::capture {

/// Changes the graph in place without changing what it computes, but for what it returns: the nodes at the end that are
/// left to whatever reads the result. Throws CaptureError with the node that cannot be brought into a known form.
std::vector<std::string> normalise(onnx::GraphProto& graph);

}  // namespace millrace::capture
