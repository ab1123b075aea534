// A trace whose smallest values are zeros: what the recorded values would do behind thresholds. It is an answer of
// first order: activations behind a layer stay as they were recorded, although that layer's own have changed.
#pragma once

#include <filesystem>

#include "traces/code_thresholds.hpp"
#include "traces/trace.hpp"

namespace millrace::traces {

/// Throws TraceError if a tensor with a threshold has no codes, or none that a layer with weights reads.
void check_has_codes(const Trace& trace, const CodeThresholds& thresholds);

/// Writes the first `images` images: masks alone, as codes do not matter any more. Activations with |code| <= T and
/// weights with |code| < T are zeros. Throws TraceError as check_has_codes(), and if the file cannot be written.
void write_thresholded(const Trace& trace, const CodeThresholds& thresholds, std::size_t images,
                       const std::filesystem::path& file);

}  // namespace millrace::traces
