// What a trace says besides its tensors: one JSON string under the metadata key `millrace`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "traces/network.hpp"
#include "traces/provenance.hpp"

namespace millrace::traces {

struct TraceGraph {
  Network network;
  Provenance provenance;
  std::vector<ImageInfo> images;
  std::map<std::string, double> code_scales;  ///< by tensor name
  std::optional<ShardPlace> shard = {};       ///< nothing: the file is all of the trace
};

/// Without what differs between the shards of one trace: images and shard.
TraceGraph of_whole_trace(TraceGraph graph);
/// JSON pointer of the first place where two graphs differ.
std::optional<std::string> first_difference(const TraceGraph& a, const TraceGraph& b);

/// Throws TraceError with the JSON pointer of the place that is wrong.
TraceGraph read_trace_graph(const std::string& text);
/// Bytes of names that are not UTF-8 become U+FFFD.
std::string write_trace_graph(const TraceGraph& graph);

}  // namespace millrace::traces
