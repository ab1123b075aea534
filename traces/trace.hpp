// A trace: a network, and for every layer with weights which activations and which weights are not zero.
//
// A trace is one file, or several with consecutive images of one capture (shards). Masks are bit packed along channels,
// `numpy.packbits(bitorder="little")`: channel c is bit c % 8 of byte c / 8, 1 = not zero.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "traces/network.hpp"
#include "traces/provenance.hpp"
#include "traces/trace_file.hpp"
#include "traces/trace_views.hpp"

namespace millrace::traces {

/// An open trace, checked from end to end. Files are mapped: memory does not grow with the images.
class Trace {
 public:
  /// A file, or a folder: all its *.safetensors files, in the order of their names. Throws TraceError: what
  /// TraceFile::open() refuses, and files that are not the shards of one trace.
  static Trace open(const std::filesystem::path& place);
  /// Several files. Network, provenance, weights and code formats must be equal. Where the files say which shard they
  /// are, every one must be there, once; their order is then that of the shards, else the given one.
  static Trace open(const std::vector<std::filesystem::path>& files);

  /// The file or folder; the first of several files.
  const std::filesystem::path& file() const { return place_; }
  const Network& network() const { return first().network; }
  const Provenance& provenance() const { return first().provenance; }
  const std::vector<ImageInfo>& images() const { return images_; }
  /// False for a file without masks: a network only, enough to plan.
  bool has_masks() const { return files_.front().has_masks(); }
  /// Bytes of all files.
  std::size_t size() const;
  /// CRC-64/XZ of the bytes of all files, 16 hex digits.
  const std::string& hash() const { return hash_; }

  /// Mask of the edge that a layer with weights reads. Throws TraceError if the trace has none for it.
  MaskView activation_mask(EdgeId edge) const;
  MaskView weight_mask(LayerId layer) const;
  std::optional<CodeView> activation_codes(EdgeId edge) const;
  std::optional<CodeView> weight_codes(LayerId layer) const;

 private:
  Trace(std::filesystem::path place, std::vector<TraceFile> files);
  const TraceGraph& first() const { return files_.front().graph(); }

  std::filesystem::path place_;
  std::vector<TraceFile> files_;  ///< one or more
  std::vector<ImageInfo> images_;
  std::string hash_;
};

}  // namespace millrace::traces
