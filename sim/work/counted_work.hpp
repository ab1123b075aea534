// Units that skip zeros of activations: their work differs from window to window, and is counted.
#pragma once

#include <memory>

#include "sim/work/mask_work.hpp"

namespace millrace::sim {

/// skip_both, and skip_activations.
std::unique_ptr<MaskWork> make_counted_work(const DotEngine& engine, const traces::Trace& trace, Images images,
                                            SimdLevel level);

}  // namespace millrace::sim
