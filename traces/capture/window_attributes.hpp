// What a Conv or a pool says of its windows.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>

#include "traces/network.hpp"

namespace millrace::capture {

struct WindowAttributes {
  std::int64_t stride = 1;
  traces::Pads pads;
};

/// Windows of `kernel_height` x `kernel_width` on a map of `height` x `width`; auto_pad is resolved. Throws
/// CaptureError for what a layer cannot express: unequal strides, dilation, auto_pad of an unknown kind.
WindowAttributes window_attributes(const onnx::NodeProto& node, std::int64_t kernel_height, std::int64_t kernel_width,
                                   std::int64_t height, std::int64_t width);

/// The edge length of a pool's square kernel; throws CaptureError if it has none.
std::int64_t square_kernel(const onnx::NodeProto& node);

}  // namespace millrace::capture
