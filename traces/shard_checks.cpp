#include "traces/shard_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "traces/trace_layout.hpp"

namespace millrace::traces {
namespace {

[[noreturn]] void refuse(const TraceFile& file, std::string_view what) {
  throw TraceError(fmt::format("{}: {}", file.file().string(), what));
}

std::string described(const ShardPlace& shard, std::int64_t images) {
  return fmt::format("shard {} of {} (images {} to {} of {})", shard.number, shard.count, shard.first_image + 1,
                     shard.first_image + images, shard.images);
}

std::string described(const TraceFile& file) {
  return described(*file.graph().shard, std::ssize(file.graph().images));
}

/// Of files with the same network and code formats.
bool have_equal_weights(const TraceFile& a, const TraceFile& b) {
  const std::vector<LayerId> layers = weighted_layers(a.graph().network);
  return std::all_of(layers.begin(), layers.end(), [&](LayerId layer) {
    const auto codes = a.weight_codes(layer);
    return std::ranges::equal(*a.weight_mask(layer), *b.weight_mask(layer)) &&
           (!codes || std::ranges::equal(*codes, *b.weight_codes(layer)));
  });
}

void check_equal(const TraceFile& first, const TraceFile& file) {
  const std::string other = first.file().filename().string();
  if (!first.has_masks() || !file.has_masks()) {
    refuse(first.has_masks() ? file : first,
           "holds a network only, no images; it is no part of a trace of several files");
  }
  if (const std::optional<std::string> place =
          first_difference(of_whole_trace(first.graph()), of_whole_trace(file.graph()))) {
    refuse(file,
           fmt::format("is not of the same trace as {}: they differ at {}; keep each trace in a folder of its own",
                       other, *place));
  }
  if (first.code_formats() != file.code_formats()) {
    refuse(file, fmt::format("is not of the same trace as {}: its codes have other types", other));
  }
  if (!have_equal_weights(first, file)) {
    refuse(file, fmt::format("is not of the same trace as {}: its weights differ", other));
  }
  if (first.graph().shard.has_value() != file.graph().shard.has_value()) {
    refuse(first.graph().shard ? file : first,
           fmt::format("does not say which shard it is, but {} does; remove the one that does not belong here",
                       (first.graph().shard ? first : file).file().filename().string()));
  }
}

/// All say which shard they are, and are in that order.
void check_complete(const std::vector<TraceFile>& files) {
  std::int64_t next_number = 1;
  std::int64_t next_image = 0;
  const ShardPlace& whole = *files.front().graph().shard;
  for (const TraceFile& file : files) {
    const ShardPlace& shard = *file.graph().shard;
    if (shard.count != whole.count || shard.images != whole.images) {
      refuse(file, fmt::format("is {}, but {} is {}; keep each trace in a folder of its own", described(file),
                               files.front().file().filename().string(), described(files.front())));
    }
    if (shard.number < next_number) {
      refuse(file, fmt::format("is {}, which is here already; remove one of the two", described(file)));
    }
    if (shard.number > next_number) {
      refuse(file, fmt::format("is {}, but shard {} is missing; run the capture again, it makes what is missing",
                               described(file), next_number));
    }
    if (shard.first_image != next_image) {
      refuse(file, fmt::format("is {}, but the shards before it hold {} images; capture them again", described(file),
                               next_image));
    }
    ++next_number;
    next_image += std::ssize(file.graph().images);
  }
  if (next_number <= whole.count) {
    refuse(files.back(), fmt::format("is {}, but shard {} is missing; run the capture again, it makes what is missing",
                                     described(files.back()), next_number));
  }
  if (next_image != whole.images) {
    refuse(files.back(), fmt::format("is {}, but all shards hold {} images; capture them again",
                                     described(files.back()), next_image));
  }
}

}  // namespace

void order_shards(std::vector<TraceFile>& files) {
  for (const TraceFile& file : files) {
    check_equal(files.front(), file);
  }
  if (files.front().graph().shard) {
    std::stable_sort(files.begin(), files.end(), [](const TraceFile& a, const TraceFile& b) {
      return a.graph().shard->number < b.graph().shard->number;
    });
    check_complete(files);
  }
}

}  // namespace millrace::traces
