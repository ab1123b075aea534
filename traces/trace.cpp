#include "traces/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <system_error>
#include <utility>

#include "traces/crc64.hpp"
#include "traces/in_quotes.hpp"
#include "traces/mapped_file.hpp"
#include "traces/shard_checks.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {
namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  try {
    for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == trace_extension) {
        files.push_back(entry.path());
      }
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw TraceError(fmt::format("{}: cannot be read: {}; check the path", folder.string(), error.code().message()));
  }
  if (files.empty()) {
    throw TraceError(
        fmt::format("{}: is a folder without *{} files; name a trace, or a folder that millrace capture "
                    "--shards has filled",
                    folder.string(), trace_extension));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<TraceFile> open_all(const std::vector<std::filesystem::path>& files) {
  std::vector<TraceFile> result;
  for (const std::filesystem::path& file : files) {
    result.push_back(TraceFile::open(file));
  }
  order_shards(result);
  return result;
}

/// Where a TraceFile has the bytes of one kind of tensor.
template <class Id>
using Tensor = std::optional<std::span<const std::uint8_t>> (TraceFile::*)(Id) const;

/// The tensors of all files as one; nothing if there are none.
template <class Id>
std::optional<Items> joined(const std::vector<TraceFile>& files, Tensor<Id> tensor, Id id, std::int64_t bytes_an_item) {
  Items items(bytes_an_item);
  for (const TraceFile& file : files) {
    if (const auto bytes = (file.*tensor)(id)) {
      items.append(*bytes);
    }
  }
  return items.count() == 0 ? std::nullopt : std::optional(std::move(items));
}

/// A trace of many images is read without ever being in memory as a whole.
void add_in_parts(Crc64& crc, std::span<const std::uint8_t> bytes) {
  constexpr std::size_t part_bytes = std::size_t{1} << 20;
  while (!bytes.empty()) {
    const std::span<const std::uint8_t> part = bytes.first(std::min(bytes.size(), part_bytes));
    crc.add(part);
    release_pages(part);
    bytes = bytes.subspan(part.size());
  }
}

}  // namespace

Trace Trace::open(const std::filesystem::path& place) {
  std::error_code error;
  if (std::filesystem::is_directory(place, error)) {
    return {place, open_all(files_of(place))};
  }
  std::vector<TraceFile> files;
  files.push_back(TraceFile::open(place));
  return {place, std::move(files)};
}

Trace Trace::open(const std::vector<std::filesystem::path>& files) {
  if (files.empty()) {
    throw TraceError("no files are named; a trace is one or more");
  }
  return {files.front(), open_all(files)};
}

Trace::Trace(std::filesystem::path place, std::vector<TraceFile> files)
    : place_(std::move(place)), files_(std::move(files)) {
  Crc64 crc;
  for (const TraceFile& file : files_) {
    const std::vector<ImageInfo>& images = file.graph().images;
    images_.insert(images_.end(), images.begin(), images.end());
    add_in_parts(crc, file.bytes());
  }
  hash_ = crc.hex();
}

std::size_t Trace::size() const {
  return std::transform_reduce(files_.begin(), files_.end(), std::size_t{0}, std::plus<>(),
                               [](const TraceFile& file) { return file.bytes().size(); });
}

MaskView Trace::activation_mask(EdgeId edge) const {
  const MapShape& shape = network().edge(edge).shape;
  const std::int64_t bytes = mask_bytes(shape.channels);
  std::optional<Items> items = joined(files_, &TraceFile::activation_mask, edge, shape.height * shape.width * bytes);
  // A mask that is not needed may be in some of the files only.
  if (!items || items->count() != std::ssize(images_)) {
    throw TraceError(fmt::format("{}: has no activation mask for edge {}; capture one", file().string(),
                                 in_quotes(network().edge(edge).name)));
  }
  return {*std::move(items), shape.height, shape.width, bytes};
}

MaskView Trace::weight_mask(LayerId layer) const {
  const std::optional<std::span<const std::uint8_t>> mask = files_.front().weight_mask(layer);
  if (!mask) {
    throw TraceError(fmt::format("{}: has no weight mask for layer {}; capture one", file().string(),
                                 in_quotes(network().layer(layer).name)));
  }
  const WeightShape shape = network().weight_shape(network().layer(layer));
  const std::int64_t bytes = mask_bytes(shape.channels);
  Items items(shape.kernel_height * shape.kernel_width * bytes);
  items.append(*mask);
  return {std::move(items), shape.kernel_height, shape.kernel_width, bytes};
}

std::optional<CodeView> Trace::activation_codes(EdgeId edge) const {
  std::optional<Items> items =
      joined(files_, &TraceFile::activation_codes, edge, network().edge(edge).shape.elements());
  if (!items) {
    return std::nullopt;
  }
  return CodeView(*std::move(items), files_.front().code_formats().activations.at(edge.index));
}

std::optional<CodeView> Trace::weight_codes(LayerId layer) const {
  const std::optional<std::span<const std::uint8_t>> codes = files_.front().weight_codes(layer);
  if (!codes) {
    return std::nullopt;
  }
  const WeightShape shape = network().weight_shape(network().layer(layer));
  Items items(shape.kernel_height * shape.kernel_width * shape.channels);
  items.append(*codes);
  return CodeView(std::move(items), files_.front().code_formats().weights.at(layer.index));
}

}  // namespace millrace::traces
