#include "traces/capture/tensor_views.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>

#include "traces/capture/capture_error.hpp"
#include "traces/checked_product.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;

/// A parameter from its input, else from its attribute.
std::optional<Ints> parameter(const onnx::NodeProto& node, const std::vector<const IntTensor*>& inputs,
                              std::size_t index, std::string_view attribute) {
  if (index < inputs.size() && inputs[index] != nullptr) {
    return inputs[index]->values;
  }
  return ints_attribute(node, attribute);
}

SliceRange range_of(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
  // Bounds count from the end where negative, and are clamped: PyTorch writes "to the end" as the largest integer.
  const std::int64_t lowest = step > 0 ? 0 : -1;
  const std::int64_t highest = step > 0 ? size : size - 1;
  const auto clamped = [&](std::int64_t bound) {
    return std::clamp(bound < 0 ? bound + size : bound, lowest, highest);
  };
  SliceRange range;
  range.start = clamped(start);
  range.step = step;
  const std::int64_t distance = step > 0 ? clamped(end) - range.start : range.start - clamped(end);
  const std::int64_t length = step > 0 ? step : -step;
  range.count = distance <= 0 ? 0 : (distance - 1) / length + 1;
  return range;
}

}  // namespace

std::vector<SliceRange> slice_ranges(const onnx::NodeProto& node, const Ints& shape,
                                     const std::vector<const IntTensor*>& parameters) {
  const std::optional<Ints> starts = parameter(node, parameters, 0, "starts");
  const std::optional<Ints> ends = parameter(node, parameters, 1, "ends");
  if (!starts || !ends) {
    throw CaptureError("starts or ends are not constant; export the model with constant folding");
  }
  Ints every_axis(starts->size());
  std::iota(every_axis.begin(), every_axis.end(), 0);
  const Ints axes = parameter(node, parameters, 2, "axes").value_or(every_axis);
  const Ints steps = parameter(node, parameters, 3, "steps").value_or(Ints(starts->size(), 1));
  if (ends->size() != starts->size() || axes.size() != starts->size() || steps.size() != starts->size()) {
    throw CaptureError("starts, ends, axes and steps have different lengths; export the model again");
  }
  std::vector<SliceRange> ranges;
  for (const std::int64_t size : shape) {
    ranges.push_back({0, 1, size});
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto rank = static_cast<std::int64_t>(shape.size());
    const std::int64_t axis = axes[i] < 0 ? axes[i] + rank : axes[i];
    constexpr std::int64_t longest_step = std::numeric_limits<std::int32_t>::max();
    if (axis < 0 || axis >= rank || steps[i] == 0 || steps[i] > longest_step || steps[i] < -longest_step) {
      throw CaptureError(fmt::format("axis {} with step {} does not fit {} dimensions; export the model again", axes[i],
                                     steps[i], rank));
    }
    const auto place = static_cast<std::size_t>(axis);
    ranges[place] = range_of(shape[place], starts->at(i), ends->at(i), steps[i]);
  }
  return ranges;
}

Ints resolve_reshape(const Ints& shape, const Ints& target) {
  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  const auto refuse = [&] {
    throw CaptureError(fmt::format("cannot reshape [{}] to [{}]; export the model for one image of fixed size",
                                   fmt::join(shape, ", "), fmt::join(target, ", ")));
  };
  Ints result = target;
  std::optional<std::size_t> open;
  for (std::size_t axis = 0; axis < result.size(); ++axis) {
    if (result[axis] == 0 && axis < shape.size()) {
      result[axis] = shape[axis];
    } else if (result[axis] == -1 && !open) {
      open = axis;
      result[axis] = 1;
    }
  }
  const std::optional<std::int64_t> before = traces::checked_product(shape, limit);
  const std::optional<std::int64_t> known = traces::checked_product(result, limit);
  if (!before || !known || *known == 0 || *before % *known != 0) {
    refuse();
  }
  if (open) {
    result[*open] = *before / *known;
  } else if (*before != *known) {
    refuse();
  }
  return result;
}

}  // namespace millrace::capture
