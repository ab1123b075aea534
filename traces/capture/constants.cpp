#include "traces/capture/constants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/tensor_views.hpp"
#include "traces/checked_product.hpp"

namespace millrace::capture {
namespace {

using Ints = std::vector<std::int64_t>;
using Inputs = std::vector<const IntTensor*>;  ///< null: an optional input that is left out

constexpr std::int64_t most_values = 65536;
constexpr std::size_t most_axes = 8;

/// Nothing where there are too many axes or values, or an axis too long beside one of length 0.
std::optional<std::int64_t> small_count(const Ints& shape) {
  const bool has_long_axis =
      std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size > most_values; });
  return shape.size() > most_axes || has_long_axis ? std::nullopt : traces::checked_product(shape, most_values);
}

std::int64_t elements(const Ints& shape) {
  const std::optional<std::int64_t> count = small_count(shape);
  if (!count) {
    throw CaptureError("makes a constant that is too large; export the model with constant folding");
  }
  return *count;
}

const IntTensor& required(const Inputs& inputs, std::size_t index) {
  if (index >= inputs.size() || inputs[index] == nullptr) {
    throw CaptureError(fmt::format("input {} is missing; export the model again", index));
  }
  return *inputs[index];
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
  const std::int64_t counted = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
  if (counted < 0 || counted >= static_cast<std::int64_t>(rank)) {
    throw CaptureError(fmt::format("axis {} does not fit {} dimensions; export the model again", axis, rank));
  }
  return static_cast<std::size_t>(counted);
}

/// Distance in values between neighbours along each axis.
Ints strides_of(const Ints& shape) {
  Ints strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

/// Values of `input` read at `offset` + sum of index x stride, over every index of `shape`.
IntTensor gather_strided(const IntTensor& input, const Ints& shape, std::int64_t offset, const Ints& strides) {
  IntTensor result{shape, {}};
  const std::int64_t count = elements(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t rest = i;
    std::int64_t from = offset;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    result.values.push_back(input.values.at(static_cast<std::size_t>(from)));
  }
  return result;
}

std::optional<IntTensor> fold_gather(const onnx::NodeProto& node, const Inputs& inputs) {
  const IntTensor& data = required(inputs, 0);
  const IntTensor& indices = required(inputs, 1);
  if (data.shape.size() != 1 || axis_of(int_attribute(node, "axis", 0), 1) != 0) {
    throw CaptureError("gathers from more than one dimension; export the model with constant folding");
  }
  IntTensor result{indices.shape, {}};
  for (const std::int64_t index : indices.values) {
    result.values.push_back(data.values.at(axis_of(index, data.values.size())));
  }
  return result;
}

std::optional<IntTensor> fold_unsqueeze(const onnx::NodeProto& node, const Inputs& inputs) {
  IntTensor result = required(inputs, 0);
  const Ints axes = inputs.size() > 1 ? required(inputs, 1).values : ints_attribute(node, "axes").value_or(Ints{});
  const std::size_t rank = result.shape.size() + axes.size();
  std::vector<std::size_t> places;
  for (const std::int64_t axis : axes) {
    places.push_back(axis_of(axis, rank));
  }
  std::sort(places.begin(), places.end());
  for (const std::size_t place : places) {
    result.shape.insert(result.shape.begin() + static_cast<std::ptrdiff_t>(std::min(place, result.shape.size())), 1);
  }
  elements(result.shape);
  return result;
}

std::optional<IntTensor> fold_concat(const onnx::NodeProto& node, const Inputs& inputs) {
  IntTensor result{{0}, {}};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const IntTensor& part = required(inputs, i);
    if (part.shape.size() != 1 || axis_of(int_attribute(node, "axis", 0), 1) != 0) {
      throw CaptureError("joins constants of more than one dimension; export the model with constant folding");
    }
    result.values.insert(result.values.end(), part.values.begin(), part.values.end());
    result.shape[0] += part.shape[0];
    elements(result.shape);
  }
  return result;
}

std::optional<IntTensor> fold_constant_of_shape(const onnx::NodeProto& node, const Inputs& inputs) {
  IntTensor result{required(inputs, 0).values, {}};
  std::int64_t fill = 0;
  if (const onnx::AttributeProto* value = find_attribute(node, "value")) {
    const std::optional<IntTensor> one = small_ints(value->t());
    if (!one || one->values.size() != 1) {
      return std::nullopt;
    }
    fill = one->values.front();
  }
  result.values.assign(static_cast<std::size_t>(elements(result.shape)), fill);
  return result;
}

std::optional<IntTensor> fold_reshape(const onnx::NodeProto&, const Inputs& inputs) {
  const IntTensor& data = required(inputs, 0);
  IntTensor result{resolve_reshape(data.shape, required(inputs, 1).values), data.values};
  elements(result.shape);
  return result;
}

std::optional<IntTensor> fold_slice(const onnx::NodeProto& node, const Inputs& inputs) {
  const IntTensor& data = required(inputs, 0);
  const Ints source_strides = strides_of(data.shape);
  Ints shape;
  Ints strides;
  std::int64_t offset = 0;
  const std::vector<SliceRange> ranges = slice_ranges(node, data.shape, {inputs.begin() + 1, inputs.end()});
  for (std::size_t axis = 0; axis < ranges.size(); ++axis) {
    shape.push_back(ranges[axis].count);
    strides.push_back(ranges[axis].step * source_strides[axis]);
    offset += ranges[axis].start * source_strides[axis];
  }
  return gather_strided(data, shape, offset, strides);
}

std::optional<IntTensor> fold_transpose(const onnx::NodeProto& node, const Inputs& inputs) {
  const IntTensor& data = required(inputs, 0);
  Ints order(data.shape.size());
  std::iota(order.rbegin(), order.rend(), 0);
  order = ints_attribute(node, "perm").value_or(order);
  if (order.size() != data.shape.size()) {
    throw CaptureError("the permutation does not fit its input; export the model again");
  }
  const Ints source_strides = strides_of(data.shape);
  Ints shape;
  Ints strides;
  for (const std::int64_t axis : order) {
    const std::size_t from = axis_of(axis, data.shape.size());
    shape.push_back(data.shape[from]);
    strides.push_back(source_strides[from]);
  }
  return gather_strided(data, shape, 0, strides);
}

std::optional<IntTensor> fold_cast(const onnx::NodeProto& node, const Inputs& inputs) {
  const std::int64_t type = int_attribute(node, "to", 0);
  if (type != onnx::TensorProto::INT64 && type != onnx::TensorProto::INT32) {
    return std::nullopt;
  }
  return required(inputs, 0);
}

std::optional<IntTensor> fold_shape(const onnx::NodeProto& node, const Inputs& inputs) {
  if (find_attribute(node, "start") != nullptr || find_attribute(node, "end") != nullptr) {
    throw CaptureError("start and end are not supported; export the model with constant folding");
  }
  const Ints& shape = required(inputs, 0).shape;
  return IntTensor{{static_cast<std::int64_t>(shape.size())}, shape};
}

std::optional<std::int64_t> sum(std::int64_t first, std::int64_t second) {
  std::int64_t result = 0;
  return __builtin_add_overflow(first, second, &result) ? std::nullopt : std::optional(result);
}

std::optional<std::int64_t> difference(std::int64_t first, std::int64_t second) {
  std::int64_t result = 0;
  return __builtin_sub_overflow(first, second, &result) ? std::nullopt : std::optional(result);
}

std::optional<std::int64_t> product(std::int64_t first, std::int64_t second) {
  std::int64_t result = 0;
  return __builtin_mul_overflow(first, second, &result) ? std::nullopt : std::optional(result);
}

/// Value by value, of equal shapes, or with one value for all of the other's.
template <std::optional<std::int64_t> (*combine)(std::int64_t, std::int64_t)>
std::optional<IntTensor> fold_arithmetic(const onnx::NodeProto&, const Inputs& inputs) {
  const IntTensor& first = required(inputs, 0);
  const IntTensor& second = required(inputs, 1);
  const bool second_is_one = second.values.size() == 1 && second.shape.size() <= first.shape.size();
  const bool first_is_one = first.values.size() == 1 && first.shape.size() <= second.shape.size();
  if (first.shape != second.shape && !second_is_one && !first_is_one) {
    throw CaptureError("combines constants of different shapes; export the model with constant folding");
  }
  IntTensor result{second_is_one ? first.shape : second.shape, {}};
  const std::int64_t count = elements(result.shape);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const std::optional<std::int64_t> value =
        combine(first.values[first_is_one ? 0 : i], second.values[second_is_one ? 0 : i]);
    if (!value) {
      throw CaptureError("makes a constant that is too large; export the model with constant folding");
    }
    result.values.push_back(*value);
  }
  return result;
}

struct Folding {
  std::string_view operator_type;
  std::optional<IntTensor> (*fold)(const onnx::NodeProto& node, const Inputs& inputs);
};

/// One line an operator. A result of nothing means: this is no integer constant.
constexpr std::array foldings = {
    Folding{"Gather", fold_gather},
    Folding{"Unsqueeze", fold_unsqueeze},
    Folding{"Concat", fold_concat},
    Folding{"Reshape", fold_reshape},
    Folding{"ConstantOfShape", fold_constant_of_shape},
    Folding{"Slice", fold_slice},
    Folding{"Transpose", fold_transpose},
    Folding{"Cast", fold_cast},
    Folding{"Shape", fold_shape},
    Folding{"Add", fold_arithmetic<sum>},
    Folding{"Sub", fold_arithmetic<difference>},
    Folding{"Mul", fold_arithmetic<product>},
};

}  // namespace

std::optional<IntTensor> small_ints(const onnx::TensorProto& tensor) {
  IntTensor result{Ints(tensor.dims().begin(), tensor.dims().end()), {}};
  const std::optional<std::int64_t> count = small_count(result.shape);
  if (!count) {
    return std::nullopt;
  }
  const std::string& raw = tensor.raw_data();
  if (tensor.data_type() == onnx::TensorProto::INT64) {
    if (tensor.has_raw_data()) {
      result.values.resize(raw.size() / sizeof(std::int64_t));
      std::memcpy(result.values.data(), raw.data(), result.values.size() * sizeof(std::int64_t));
    } else {
      result.values.assign(tensor.int64_data().begin(), tensor.int64_data().end());
    }
  } else if (tensor.data_type() == onnx::TensorProto::INT32) {
    if (tensor.has_raw_data()) {
      std::vector<std::int32_t> narrow(raw.size() / sizeof(std::int32_t));
      std::memcpy(narrow.data(), raw.data(), narrow.size() * sizeof(std::int32_t));
      result.values.assign(narrow.begin(), narrow.end());
    } else {
      result.values.assign(tensor.int32_data().begin(), tensor.int32_data().end());
    }
  } else {
    return std::nullopt;
  }
  if (result.values.size() != static_cast<std::size_t>(*count)) {
    return std::nullopt;
  }
  return result;
}

Constants::Constants(const onnx::GraphProto& graph) {
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (std::optional<IntTensor> value = small_ints(tensor)) {
      values_.insert_or_assign(tensor.name(), std::move(*value));
    }
  }
}

const IntTensor* Constants::find(const std::string& tensor) const {
  const auto found = values_.find(tensor);
  return found == values_.end() ? nullptr : &found->second;
}

void Constants::set(const std::string& tensor, IntTensor value) {
  values_.insert_or_assign(tensor, std::move(value));
}

bool Constants::fold(const onnx::NodeProto& node) {
  const auto folding = std::find_if(foldings.begin(), foldings.end(),
                                    [&node](const Folding& line) { return line.operator_type == node.op_type(); });
  if (folding == foldings.end() || node.output_size() != 1) {
    return false;
  }
  Inputs inputs;
  for (const std::string& name : node.input()) {
    inputs.push_back(find(name));
    if (inputs.back() == nullptr && !name.empty()) {
      return false;
    }
  }
  try {
    std::optional<IntTensor> value = folding->fold(node, inputs);
    if (value) {
      set(node.output(0), std::move(*value));
    }
    return value.has_value();
  } catch (const CaptureError& error) {
    throw CaptureError(fmt::format("{}: {}", describe(node), error.what()));
  }
}

}  // namespace millrace::capture
