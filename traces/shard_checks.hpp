// Whether files are the shards of one trace.
#pragma once

#include <vector>

#include "traces/trace_file.hpp"

namespace millrace::traces {

/// Puts the files into the order of their images. Throws TraceError that names the file which does not belong to the
/// first, or the shard which is missing or there twice.
void order_shards(std::vector<TraceFile>& files);

}  // namespace millrace::traces
