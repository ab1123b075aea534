#include "traces/capture/window_attributes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/in_quotes.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;

/// Before and after: as many output positions as the stride leaves of `size`, however large the kernel.
std::pair<std::int64_t, std::int64_t> same_pads(std::int64_t size, std::int64_t kernel, std::int64_t stride,
                                                bool has_more_after) {
  const std::int64_t positions = (size - 1) / stride + 1;
  const std::int64_t total = std::max<std::int64_t>((positions - 1) * stride + kernel - size, 0);
  const std::int64_t less = total / 2;
  return has_more_after ? std::pair(less, total - less) : std::pair(total - less, less);
}

}  // namespace

WindowAttributes window_attributes(const onnx::NodeProto& node, std::int64_t kernel_height, std::int64_t kernel_width,
                                   std::int64_t height, std::int64_t width) {
  const Ints strides = ints_attribute(node, "strides").value_or(Ints{1, 1});
  const Ints dilations = ints_attribute(node, "dilations").value_or(Ints{1, 1});
  const Ints pads = ints_attribute(node, "pads").value_or(Ints{0, 0, 0, 0});
  const std::string auto_pad = string_attribute(node, "auto_pad", "NOTSET");
  if (strides.size() != 2 || strides[0] != strides[1] || strides[0] < 1) {
    throw CaptureError(
        fmt::format("strides are [{}]; only two equal strides of 1 or more are supported", fmt::join(strides, ", ")));
  }
  if (dilations != Ints{1, 1}) {
    throw CaptureError(fmt::format("dilations are [{}]; only 1 is supported", fmt::join(dilations, ", ")));
  }
  if (pads.size() != 4) {
    throw CaptureError(fmt::format("pads are [{}]; there must be four", fmt::join(pads, ", ")));
  }
  WindowAttributes result;
  result.stride = strides[0];
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    const bool has_more_after = auto_pad == "SAME_UPPER";
    std::tie(result.pads.top, result.pads.bottom) = same_pads(height, kernel_height, result.stride, has_more_after);
    std::tie(result.pads.left, result.pads.right) = same_pads(width, kernel_width, result.stride, has_more_after);
  } else if (auto_pad == "NOTSET" || auto_pad.empty()) {
    result.pads = {pads[0], pads[1], pads[2], pads[3]};
  } else if (auto_pad != "VALID") {
    throw CaptureError(
        fmt::format("auto_pad {} is unknown; export the model with explicit pads", traces::in_quotes(auto_pad)));
  }
  return result;
}

std::int64_t square_kernel(const onnx::NodeProto& node) {
  const Ints kernel = ints_attribute(node, "kernel_shape").value_or(Ints{});
  if (kernel.size() != 2 || kernel[0] != kernel[1]) {
    throw CaptureError(
        fmt::format("kernel_shape is [{}]; only two equal sizes are supported", fmt::join(kernel, ", ")));
  }
  return kernel[0];
}

}  // namespace millrace::capture
