// What a finished simulation has to tell: every process's accounts, every stream's marks, every image's edges.
// Observers in sim/output turn it into tables and files; nothing here prints.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modules/process/module.hpp"
#include "sim/plan/plan.hpp"
#include "sim/work/mask_work.hpp"
#include "traces/trace_graph.hpp"

namespace millrace::sim {

struct ImageResult {
  std::string name;
  Cycle first_in;
  Cycle last_out;
  Cycles latency() const { return last_out - first_in; }
};

/// Mean distance of consecutive images' last words out; of a single image, its last word from edge 0.
double interval_of(std::span<const ImageResult> images);

/// What the trace's first images are called.
void name_images(std::span<ImageResult> images, std::span<const traces::ImageInfo> infos);

struct StreamResult {
  std::int64_t words = 0;
  std::int64_t high_water = 0;
};

/// Mean over the workers of a module (dot units; else its one process), in cycles.
struct MeanAccounts {
  double busy = 0;
  double starved = 0;
  double blocked = 0;
  double idle = 0;
};

struct ModuleResult {
  ModuleAccounts accounts;
  MeanAccounts total;
  /// Busy cycles of the mean worker, image by image.
  std::vector<double> busy_per_image;
  std::optional<WorkTotals> work;  ///< of engines with dot units
};

/// The process with the most work an image once the pipeline is full, and what holds it up.
struct Bottleneck {
  ModuleId module;
  std::size_t row = 0;
  double busy_per_image = 0;
};

struct Speed {
  double work_seconds = 0;
  double event_seconds = 0;
  double wall_seconds = 0;
};

struct Outcome {
  Cycles total;
  std::vector<ImageResult> images;
  std::vector<ModuleResult> modules;  ///< in the order of the plan
  std::vector<StreamResult> streams;  ///< in the order of the plan
  Bottleneck bottleneck;
  Speed speed;

  double interval() const { return interval_of(images); }
  std::int64_t words() const;
  std::int64_t dense_macs() const;
  std::int64_t macs_done() const;

  /// What models and streams do not know: the work of the plan's engines.
  void add_work(const Plan& plan, const std::function<WorkTotals(const DotEngine&)>& totals);
};

/// Edges of images, as the DMA engines tell them.
class ImageLog : public ImageObserver {
 public:
  void entered(std::int64_t image, Cycle first_in) override;
  void left(std::int64_t image, Cycle last_out) override;
  const std::vector<ImageResult>& images() const { return images_; }
  /// Those that have left, in order.
  std::span<const ImageResult> images_through() const { return std::span(images_).first(through_); }

 private:
  std::vector<ImageResult> images_;
  std::size_t through_ = 0;
};

/// Puts together what models and streams (in the order of the plan) hold after a run that ended at edge `end`.
Outcome make_outcome(const Plan& plan, const std::vector<const Module*>& models,
                     const std::vector<const StreamTiming*>& streams, const ImageLog& log, Cycle end);

}  // namespace millrace::sim
