// Runs one of the product's modules on the worklist with the same sources and sinks as its twin.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "modules/process/module.hpp"
#include "tests/modules/support/graph.hpp"
#include "tests/rtl/harness/grid.hpp"
#include "tests/rtl/harness/record.hpp"
#include "tests/rtl/harness/scenario.hpp"

namespace millrace::rtl {

/// The model of one case, and what it needs to live. Empty for a stream alone.
struct Model {
  Keep keep;
  std::vector<std::unique_ptr<Module>> modules;
  std::vector<StreamTiming*> probes;  ///< streams inside a module, in the order of the twin's probes
};

/// The stimulus is there for models that are told what their words mean for time (the work of dot units).
using MakeModel = std::function<Model(const TwinCase&, const Stimulus&, Images, Ends<Values>)>;

struct ModelRun {
  CaseRecord record;
  std::int64_t last_edge = 0;
};

/// The model is told of one image more than it is given words of: what it does after the last image (padding that waits
/// for nobody) is then compared too, and it stops where its twin stops, for want of words.
ModelRun run_model(const MakeModel& make_model, const TwinCase& twin_case, const Stimulus& stimulus,
                   std::int64_t images);

}  // namespace millrace::rtl
