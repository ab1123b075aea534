// The whole capture: a model and images in, a trace out, in one file or in shards.
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
#include "traces/capture/thresholds.hpp"

namespace millrace::capture {

struct CaptureOptions {
  std::filesystem::path model;
  std::filesystem::path images;  ///< folder or list
  Preprocessing preprocessing;
  std::filesystem::path out;    ///< file, or folder if there are shards
  std::string name;             ///< of the network; empty: the model's file name
  std::optional<double> prune;  ///< fraction, 0 to 1
  std::optional<GroupPruning> prune_nm;
  std::optional<int> bits;  ///< 8 or 16
  Thresholds activation_thresholds;
  Thresholds weight_thresholds;
  bool masks_only = false;                 ///< no codes
  std::optional<std::size_t> shards;       ///< so many files in a folder; nothing: one file
  std::optional<std::size_t> most_images;  ///< at most so many, the first ones
  std::int64_t label_offset = 0;           ///< added to the classes of the list: 1 where class 0 is "background"
};

struct CaptureSummary {
  std::size_t images = 0;
  std::size_t labelled = 0;           ///< images with a label, if the network's output is one value a class
  std::size_t correct = 0;            ///< of those, images whose top-1 is one of the labels
  std::vector<std::string> left_out;  ///< nodes at the end that are no part of the trace
  std::size_t files = 0;
  std::size_t files_before = 0;  ///< of those, which an earlier run had finished
};

/// Weights are pruned, rounded, clipped, in this order; activations are rounded, then clipped, while the network runs.
/// Progress goes to `progress`. Throws CaptureError, traces::TraceError or Interrupted, and then leaves no file but
/// shards that are complete: the same call again makes the others, byte for byte as if nothing had happened.
CaptureSummary capture(const CaptureOptions& options, std::FILE* progress);

}  // namespace millrace::capture
