// Runs one of the product's modules on the worklist with the same sources and sinks as its twin.
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
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

/// Makes the model of a case from (case, images, ends), or from (case, stimulus, images, ends) where it must be told
/// what its words mean for time: the work of dot units.
class MakeModel {
 public:
  template <typename Make>
  MakeModel(Make make) {
    if constexpr (std::is_invocable_v<Make, const TwinCase&, const Stimulus&, Images, Ends<Values>>) {
      make_ = std::move(make);
    } else {
      make_ = [make = std::move(make)](const TwinCase& twin_case, const Stimulus&, Images images, Ends<Values> ends) {
        return make(twin_case, images, std::move(ends));
      };
    }
  }

  Model operator()(const TwinCase& twin_case, const Stimulus& stimulus, Images images, Ends<Values> ends) const {
    return make_(twin_case, stimulus, images, std::move(ends));
  }

 private:
  std::function<Model(const TwinCase&, const Stimulus&, Images, Ends<Values>)> make_;
};

struct ModelRun {
  CaseRecord record;
  std::int64_t last_edge = 0;
};

/// The model is told of one image more than it is given words of: what it does after the last image (padding that waits
/// for nobody) is then compared too, and it stops where its twin stops, for want of words.
ModelRun run_model(const MakeModel& make_model, const TwinCase& twin_case, const Stimulus& stimulus,
                   std::int64_t images);

}  // namespace millrace::rtl
