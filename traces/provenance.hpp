// Where a trace comes from: the images that were run, and how it was captured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace::traces {

/// One image that was run through the network.
struct ImageInfo {
  std::string name;
  std::optional<std::int64_t> label;  ///< class index, where the image list gave one
  std::optional<std::int64_t> top1;   ///< class that the network chose
};

/// How a trace came to be; printed and passed on, never interpreted.
struct Provenance {
  std::string model;             ///< file name of the model
  std::string preprocessing;     ///< resolved preprocessing, e.g. "size=32,scale=...,mean=...,std=..."
  std::optional<double> pruned;  ///< fraction of weights set to zero in every pruned layer
  std::string weight_hash;       ///< 16 hex digits over all weight masks and weight values, equal in all shards
  std::string capture_version;   ///< version of Millrace that captured it
  std::string pruned_nm = {};    ///< "2:4": at most 2 weights of every 4 along the channels are not zero
  std::optional<std::int64_t> bits = {};   ///< to which weights and activations were rounded
  std::vector<std::string> left_out = {};  ///< nodes at the end of the model that are no part of the network
  std::string threshold_activations = {};  ///< "0.1,conv2=0.2": up to which magnitude activations became zero
  std::string threshold_weights = {};      ///< below which magnitude weights became zero
  std::string synth = {};                  ///< rules and seed of a trace that was made up, not captured
};

/// Which part of a trace a file holds, if the trace is more than one file.
struct ShardPlace {
  std::int64_t number = 1;       ///< 1 to count
  std::int64_t count = 1;        ///< files of the whole trace
  std::int64_t first_image = 0;  ///< of the file, counted through the whole trace
  std::int64_t images = 1;       ///< of the whole trace
  friend bool operator==(const ShardPlace&, const ShardPlace&) = default;
};

}  // namespace millrace::traces
