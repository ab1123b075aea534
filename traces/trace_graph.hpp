// What a trace says besides its tensors: one JSON string under the metadata key `millrace`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "traces/network.hpp"
#include "traces/trace.hpp"

namespace millrace::traces {

struct TraceGraph {
  Network network;
  Provenance provenance;
  std::vector<ImageInfo> images;
  std::map<std::string, double> code_scales;  ///< by tensor name
};

/// Throws TraceError with the JSON pointer of the place that is wrong.
TraceGraph read_trace_graph(const std::string& text);
/// Bytes of names that are not UTF-8 become U+FFFD.
std::string write_trace_graph(const TraceGraph& graph);

}  // namespace millrace::traces
