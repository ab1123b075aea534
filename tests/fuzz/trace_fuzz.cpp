// Any bytes as a trace: they are refused with a message, or all statistics of the trace can be taken.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/statistics/window_histogram.hpp"
#include "sim/statistics/zero_statistics.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/refusal.hpp"
#include "traces/trace.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::fuzz {
namespace {

using traces::Trace;

/// A map of a few bytes may ask for any number of windows; these are counted, not more.
constexpr std::int64_t kMostMacs = 1 << 20;

void walk(const Trace& trace) {
  const traces::Network& network = trace.network();
  if (traces::Network::from_json(network.to_json()).layers().size() != network.layers().size()) {
    std::abort();
  }
  if (!trace.has_masks()) {
    return;
  }
  for (const traces::LayerId id : traces::weighted_layers(network)) {
    sim::activation_zeros(trace, network.layer(id).inputs.front());
    sim::weight_zeros(trace, id);
    if (network.dense_macs(network.layer(id)) <= kMostMacs / std::ssize(trace.images())) {
      sim::WindowHistogram::count(trace, id);
    }
  }
}

}  // namespace
}  // namespace millrace::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const millrace::fuzz::MemoryFile file(data, size);
  try {
    millrace::fuzz::walk(millrace::traces::Trace::open(file.path()));
  } catch (const millrace::traces::TraceError& error) {
    millrace::fuzz::check_message(error);
  }
  return 0;
}
