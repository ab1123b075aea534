#include "traces/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "traces/checked_product.hpp"
#include "traces/in_quotes.hpp"
#include "traces/json_reader.hpp"
#include "traces/network.hpp"

namespace millrace::traces {
namespace {

static_assert(std::endian::native == std::endian::little, "the header length is little-endian");

constexpr std::uint64_t length_bytes = 8;
constexpr std::uint64_t alignment = 64;
/// Enough for the names of 100,000 images; small enough that no header can exhaust the memory.
constexpr std::uint64_t longest_header = std::uint64_t{16} * 1024 * 1024;
constexpr std::string_view metadata_key = "__metadata__";

struct Dtype {
  std::string_view name;
  std::int64_t bytes;
};

constexpr std::array dtypes = {Dtype{"BOOL", 1},    Dtype{"U8", 1},  Dtype{"I8", 1},  Dtype{"F8_E5M2", 1},
                               Dtype{"F8_E4M3", 1}, Dtype{"U16", 2}, Dtype{"I16", 2}, Dtype{"F16", 2},
                               Dtype{"BF16", 2},    Dtype{"U32", 4}, Dtype{"I32", 4}, Dtype{"F32", 4},
                               Dtype{"U64", 8},     Dtype{"I64", 8}, Dtype{"F64", 8}};

std::int64_t dtype_bytes(const JsonReader& place) {
  const std::string name = place.string();
  std::vector<std::string_view> known;
  for (const Dtype& dtype : dtypes) {
    if (dtype.name == name) {
      return dtype.bytes;
    }
    known.push_back(dtype.name);
  }
  place.fail(fmt::format("unknown dtype {}; known: {}", in_quotes(name), fmt::join(known, ", ")));
}

TensorInfo read_tensor(const std::string& name, const JsonReader& place, std::uint64_t begin,
                       std::uint64_t data_bytes) {
  place.object({"dtype", "shape", "data_offsets"});
  TensorInfo tensor;
  tensor.name = name;
  const std::int64_t item_bytes = dtype_bytes(place.at("dtype"));
  tensor.dtype = place.at("dtype").string();
  const JsonReader shape = place.at("shape");
  for (const JsonReader& dimension : shape.elements()) {
    tensor.shape.push_back(dimension.integer(0));
  }
  const JsonReader offsets = place.at("data_offsets");
  const std::vector<JsonReader> ends = offsets.elements();
  if (ends.size() != 2) {
    offsets.fail(fmt::format("has {} numbers, must be [begin, end]", ends.size()));
  }
  tensor.begin = static_cast<std::uint64_t>(ends[0].integer(0));
  tensor.end = static_cast<std::uint64_t>(ends[1].integer(0));
  if (tensor.begin != begin) {
    offsets.fail(
        fmt::format("begins at byte {}, must be {}, where the tensor listed before ends: list the tensors in the order "
                    "of their bytes, without holes or overlaps",
                    tensor.begin, begin));
  }
  if (tensor.end < tensor.begin || tensor.end > data_bytes) {
    offsets.fail(
        fmt::format("ends at byte {}, must be {} to {}, where the file ends; the file may be cut off: copy or "
                    "capture it again",
                    tensor.end, tensor.begin, data_bytes));
  }
  const std::optional<std::int64_t> elements =
      checked_product(tensor.shape, std::numeric_limits<std::int64_t>::max() / item_bytes);
  if (!elements || static_cast<std::uint64_t>(*elements * item_bytes) != tensor.end - tensor.begin) {
    shape.fail(fmt::format("[{}] of {} is not the {} bytes that data_offsets give; correct one of them",
                           fmt::join(tensor.shape, ", "), tensor.dtype, tensor.end - tensor.begin));
  }
  return tensor;
}

std::map<std::string, std::string> read_metadata(const JsonReader& place) {
  if (!place.value().is_object()) {
    place.fail("must be an object of strings");
  }
  std::map<std::string, std::string> metadata;
  for (const auto& item : place.value().items()) {
    metadata.emplace(item.key(), place.at(item.key()).string());
  }
  return metadata;
}

}  // namespace

SafetensorsFile::SafetensorsFile(MappedFile file) : file_(std::move(file)) {}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& file) {
  SafetensorsFile result{MappedFile(file)};
  try {
    result.read_header();
  } catch (const TraceError& error) {
    throw TraceError(fmt::format("{}: {}", file.string(), error.what()));
  }
  return result;
}

void SafetensorsFile::read_header() {
  const std::span<const std::uint8_t> bytes = file_.bytes();
  if (bytes.empty()) {
    throw TraceError("the file is empty; copy or capture it again");
  }
  if (bytes.size() < length_bytes) {
    throw TraceError(fmt::format("the file has {} bytes, a safetensors file has at least {}; copy or capture it again",
                                 bytes.size(), length_bytes));
  }
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), length_bytes);
  if (header_bytes > longest_header || header_bytes > bytes.size() - length_bytes) {
    throw TraceError(
        fmt::format("header length (bytes 0 to 7) is {}, but the file has {} bytes and a header at most {}; this is no "
                    "safetensors file, or it is cut off",
                    header_bytes, bytes.size(), longest_header));
  }
  data_begin_ = length_bytes + header_bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + length_bytes, header_bytes);
  try {
    const ParsedJson header = parse_json(text);
    const JsonReader place(header.value);
    if (!header.value.is_object()) {
      place.fail("must be an object with one key a tensor");
    }
    const std::uint64_t data_bytes = bytes.size() - data_begin_;
    std::uint64_t begin = 0;
    for (const std::string& key : header.keys) {
      if (key == metadata_key) {
        metadata_ = read_metadata(place.at(key));
      } else {
        tensors_.push_back(read_tensor(key, place.at(key), begin, data_bytes));
        begin = tensors_.back().end;
      }
    }
    if (begin != data_bytes) {
      throw TraceError(
          fmt::format("the last tensor ends at byte {}, but {} bytes follow the header; remove what no "
                      "tensor owns, or list it",
                      begin, data_bytes));
    }
  } catch (const TraceError& error) {
    throw TraceError(fmt::format("safetensors header: {}", error.what()));
  }
}

std::span<const std::uint8_t> SafetensorsFile::data(const TensorInfo& tensor) const {
  return file_.bytes().subspan(data_begin_ + tensor.begin, tensor.end - tensor.begin);
}

std::string lay_out_safetensors(std::vector<TensorInfo>& tensors, const std::map<std::string, std::string>& metadata,
                                std::size_t least_bytes) {
  // Ordered, because a reader asks for the order of the bytes; pushed without a look-up, because names are distinct.
  nlohmann::ordered_json::object_t header;
  header.emplace_back(std::string(metadata_key), metadata);
  std::uint64_t begin = 0;
  for (TensorInfo& tensor : tensors) {
    std::uint64_t size = 0;
    for (const Dtype& dtype : dtypes) {
      if (dtype.name == tensor.dtype) {
        size = static_cast<std::uint64_t>(dtype.bytes);
      }
    }
    for (const std::int64_t dimension : tensor.shape) {
      size *= static_cast<std::uint64_t>(dimension);
    }
    tensor.begin = begin;
    tensor.end = begin + size;
    begin = tensor.end;
    header.emplace_back(tensor.name, nlohmann::ordered_json{{"dtype", tensor.dtype},
                                                            {"shape", tensor.shape},
                                                            {"data_offsets", {tensor.begin, tensor.end}}});
  }
  std::string text = nlohmann::ordered_json(std::move(header)).dump();
  const std::size_t used_bytes = std::max(length_bytes + text.size(), least_bytes);
  text.resize((used_bytes + alignment - 1) / alignment * alignment - length_bytes, ' ');
  if (text.size() > longest_header) {
    throw TraceError(fmt::format("the header would have {} bytes, at most {} are allowed; capture fewer images a file",
                                 text.size(), longest_header));
  }
  const std::uint64_t header_bytes = text.size();
  std::string result(length_bytes, '\0');
  std::memcpy(result.data(), &header_bytes, length_bytes);
  return result + text;
}

}  // namespace millrace::traces
