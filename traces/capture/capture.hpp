// The whole capture: a model and images in, a trace out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "traces/capture/preprocess.hpp"
#include "traces/capture/prune.hpp"

namespace millrace::capture {

struct CaptureOptions {
  std::filesystem::path model;
  std::filesystem::path images;  ///< folder or list
  Preprocessing preprocessing;
  std::filesystem::path out;
  std::string name;             ///< of the network; empty: the model's file name
  std::optional<double> prune;  ///< fraction, 0 to 1
  std::optional<GroupPruning> prune_nm;
  std::optional<int> bits;           ///< 8 or 16
  bool masks_only = false;           ///< no codes
  std::optional<std::size_t> limit;  ///< at most so many images
  std::int64_t label_offset = 0;     ///< added to the classes of the list: 1 where class 0 is "background"
};

struct CaptureSummary {
  std::size_t images = 0;
  std::size_t labelled = 0;           ///< images with a label, if the network's output is one value a class
  std::size_t correct = 0;            ///< of those, images whose top-1 is one of the labels
  std::vector<std::string> left_out;  ///< nodes at the end that are no part of the trace
};

/// Progress goes to `progress`. Throws CaptureError, traces::TraceError or Interrupted, and then leaves no file.
CaptureSummary capture(const CaptureOptions& options, std::FILE* progress);

}  // namespace millrace::capture
