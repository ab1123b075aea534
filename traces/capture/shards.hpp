// One capture as several files: who holds which images, and which of them an earlier run has finished.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "traces/code_format.hpp"
#include "traces/provenance.hpp"
#include "traces/trace_graph.hpp"

namespace millrace::capture {

/// A file that a capture writes.
struct PlannedFile {
  std::filesystem::path file;
  std::size_t first_image = 0;
  std::size_t images = 0;
  std::optional<traces::ShardPlace> place;  ///< nothing: it holds all images
};

/// `count` files with nearly equal numbers of consecutive images, shard-0001-of-0004.safetensors and so on. Throws
/// CaptureError if there are fewer images than files.
std::vector<PlannedFile> plan_shards(const std::filesystem::path& folder, std::size_t count, std::size_t images);

/// What an earlier run has written.
struct FinishedFile {
  std::vector<traces::ImageInfo> images;
  traces::CodeFormats formats;
};

/// Nothing if the file is not there. Throws TraceError if it cannot be read, CaptureError if it is not what this
/// capture would write: `expected` is its graph, without code scales and top-1.
std::optional<FinishedFile> find_finished(const PlannedFile& planned, const traces::TraceGraph& expected);

/// Throws CaptureError if the folder holds a trace that is none of the files, or if it is no folder.
void check_folder(const std::filesystem::path& folder, const std::vector<PlannedFile>& files);

/// A folder that is made if need be, and removed again if it was made and is empty in the end.
class OutputFolder {
 public:
  explicit OutputFolder(std::filesystem::path folder);
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();

 private:
  std::filesystem::path folder_;
  bool is_new_;
};

}  // namespace millrace::capture
