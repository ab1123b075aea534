// A random layer for a DotArray and its twin: weights for both, and the work of the units from the product's own masks.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "sim/work/mask_work.hpp"
#include "tests/modules/support/convolution.hpp"
#include "tests/modules/support/convolution_function.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::rtl {

/// What decides the work of an engine, beside its weights and activations.
struct DotSettings {
  sim::Folding folding;
  sim::UnitKind unit = sim::UnitKind::kSkipBoth;
  bool skip_empty_groups = false;
  bool lock_step = false;
  std::int64_t pixel_buffers = 2;
};

/// Random weights, of which about `zeros` percent are zero, and more in every other filter: units differ.
Convolution random_layer(WindowShape shape, std::int64_t channels, std::int64_t filters, std::int64_t groups,
                         std::uint32_t zeros, oracle::Random& random);

/// The engine as the product's planner plans it. The planner refuses more MACs than pairs; this engine gets them all
/// the same.
sim::DotEngine plan_engine(const Convolution& layer, const DotSettings& settings);

millrace::Folding values_folding(const sim::Folding& folding);

/// Writes the weights and biases that dot_array.v reads: "<prefix>.unit<u>.hex" and "<prefix>.bias.hex".
void write_roms(const std::string& prefix, const Convolution& layer, const sim::Folding& folding);

/// The product's MaskWork, on a trace file of the layer and of its input maps (pixel-major, channel-minor).
class TraceWork final : public WorkSource {
 public:
  TraceWork(const Convolution& layer, const sim::DotEngine& engine, const std::vector<Map>& inputs);

  WorkBand next_band() override {
    work_->next_band(band_);
    return band_.band();
  }

 private:
  test::TemporaryFolder folder_;
  std::unique_ptr<traces::Trace> trace_;
  std::unique_ptr<sim::MaskWork> work_;
  sim::NarrowWork band_{0};
};

}  // namespace millrace::rtl
