#include "traces/capture/shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "traces/capture/capture_error.hpp"
#include "traces/partial_file.hpp"
#include "traces/trace_file.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::capture {
namespace {

/// As plan_shards() names them, whatever their number.
bool is_shard_name(const std::string& name) {
  static const std::regex shard("shard-[0-9]{4,}-of-[0-9]{4,}\\" + std::string(traces::trace_extension));
  return std::regex_match(name, shard);
}

}  // namespace

std::vector<PlannedFile> plan_shards(const std::filesystem::path& folder, std::size_t count, std::size_t images) {
  if (count > images) {
    throw CaptureError(
        fmt::format("--shards is {}, but there are {} images; give at most as many shards as images", count, images));
  }
  std::vector<PlannedFile> files;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * images / count;
    const std::size_t end = (i + 1) * images / count;
    files.push_back({folder / fmt::format("shard-{:04}-of-{:04}{}", i + 1, count, traces::trace_extension), first,
                     end - first,
                     traces::ShardPlace{static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(count),
                                        static_cast<std::int64_t>(first), static_cast<std::int64_t>(images)}});
  }
  return files;
}

std::optional<FinishedFile> find_finished(const PlannedFile& planned, const traces::TraceGraph& expected) {
  std::error_code error;
  if (!std::filesystem::exists(planned.file, error)) {
    return std::nullopt;
  }
  const traces::TraceFile file = traces::TraceFile::open(planned.file);
  traces::TraceGraph found = file.graph();
  found.code_scales.clear();
  for (traces::ImageInfo& image : found.images) {
    image.top1.reset();
  }
  if (const std::optional<std::string> place = traces::first_difference(expected, found)) {
    throw CaptureError(
        fmt::format("{}: belongs to another capture, it differs at {}; write to another folder, or remove this one",
                    planned.file.string(), *place));
  }
  return FinishedFile{file.graph().images, file.code_formats()};
}

void check_folder(const std::filesystem::path& folder, const std::vector<PlannedFile>& files) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) {
    return;
  }
  if (!std::filesystem::is_directory(folder, error)) {
    throw CaptureError(fmt::format("{}: is a file; with --shards, --out names a folder", folder.string()));
  }
  std::set<std::filesystem::path> strangers;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder, error)) {
    const bool is_planned = std::any_of(files.begin(), files.end(), [&entry](const PlannedFile& planned) {
      return planned.file.filename() == entry.path().filename();
    });
    if (entry.path().extension() == traces::trace_extension && !is_planned) {
      strangers.insert(entry.path());
    }
  }
  if (error) {
    throw CaptureError(
        fmt::format("{}: cannot be read: {}; check folder and rights", folder.string(), error.message()));
  }
  if (!strangers.empty()) {
    throw CaptureError(fmt::format("{}: is no part of this capture, which writes {} to {}; write to another folder",
                                   strangers.begin()->string(), files.front().file.filename().string(),
                                   files.back().file.filename().string()));
  }
}

OutputFolder::OutputFolder(std::filesystem::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  is_new_ = std::filesystem::create_directory(folder_, error);
  if (error) {
    throw CaptureError(fmt::format("{}: cannot be made: {}; check path and rights", folder_.string(), error.message()));
  }
  traces::remove_abandoned_files(folder_, is_shard_name);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  if (is_new_) {
    // Fails, as it should, if there is anything in it.
    std::filesystem::remove(folder_, ignored);
  }
}

}  // namespace millrace::capture
