#include "sim/accounts/outcome.hpp"

#include <algorithm>
#include <chrono>

namespace millrace::sim {
namespace {

double count(Cycles cycles) {
  return static_cast<double>(cycles.count());
}

MeanAccounts mean_of(const ModuleAccounts& accounts, Cycles total) {
  MeanAccounts mean;
  const double workers = static_cast<double>(accounts.workers);
  for (std::size_t row = 0; row < accounts.workers; ++row) {
    const Accounts& worker = accounts.rows[row].total;
    mean.busy += count(worker.busy) / workers;
    mean.starved += count(worker.total_starved()) / workers;
    mean.blocked += count(worker.total_blocked()) / workers;
  }
  mean.idle = count(total) - mean.busy - mean.starved - mean.blocked;
  return mean;
}

std::vector<double> busy_per_image(const ModuleAccounts& accounts) {
  std::vector<double> busy;
  Cycles before;
  for (const ImageMark& mark : accounts.images) {
    busy.push_back(count(mark.busy - before) / static_cast<double>(accounts.workers));
    before = mark.busy;
  }
  return busy;
}

/// With one image there is no steady part: the whole run stands for it.
Bottleneck find_bottleneck(const std::vector<ModuleResult>& modules, std::size_t images) {
  Bottleneck busiest;
  for (std::size_t module = 0; module < modules.size(); ++module) {
    const std::vector<AccountRow>& rows = modules[module].accounts.rows;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const double busy =
          images > 1 ? count(rows[row].steady.busy) / static_cast<double>(images - 1) : count(rows[row].total.busy);
      if (busy > busiest.busy_per_image) {
        busiest = {ModuleId{module}, row, busy};
      }
    }
  }
  return busiest;
}

}  // namespace

void ImageLog::entered(std::int64_t image, Cycle first_in) {
  images_.resize(std::max(images_.size(), static_cast<std::size_t>(image) + 1));
  images_[static_cast<std::size_t>(image)].first_in = first_in;
}

void ImageLog::left(std::int64_t image, Cycle last_out) {
  images_[static_cast<std::size_t>(image)].last_out = last_out;
  ++through_;
}

double interval_of(std::span<const ImageResult> images) {
  if (images.size() < 2) {
    return images.empty() ? 0.0 : static_cast<double>(images.front().last_out.edge());
  }
  return count(images.back().last_out - images.front().last_out) / static_cast<double>(images.size() - 1);
}

std::int64_t Outcome::words() const {
  std::int64_t words = 0;
  for (const StreamResult& stream : streams) {
    words += stream.words;
  }
  return words;
}

std::int64_t Outcome::dense_macs() const {
  std::int64_t macs = 0;
  for (const ModuleResult& module : modules) {
    macs += module.work ? module.work->dense_macs : 0;
  }
  return macs;
}

std::int64_t Outcome::macs_done() const {
  std::int64_t macs = 0;
  for (const ModuleResult& module : modules) {
    macs += module.work ? module.work->macs_done : 0;
  }
  return macs;
}

void Outcome::add_work(const Plan& plan, const std::function<WorkTotals(const DotEngine&)>& totals) {
  for (std::size_t index = 0; index < plan.modules.size(); ++index) {
    if (const auto* engine = std::get_if<DotEngine>(&plan.modules[index].parameters)) {
      modules[index].work = totals(*engine);
      speed.work_seconds += std::chrono::duration<double>(modules[index].work->time).count();
    }
  }
}

void name_images(std::span<ImageResult> images, std::span<const traces::ImageInfo> infos) {
  for (std::size_t image = 0; image < images.size(); ++image) {
    images[image].name = infos[image].name;
  }
}

Outcome make_outcome(const Plan& plan, const std::vector<const Module*>& models,
                     const std::vector<const StreamTiming*>& streams, const ImageLog& log, Cycle end) {
  Outcome outcome;
  outcome.total = end - Cycle{0};
  outcome.images = log.images();
  for (std::size_t index = 0; index < plan.modules.size(); ++index) {
    ModuleResult result;
    result.accounts = models[index]->accounts();
    result.total = mean_of(result.accounts, outcome.total);
    result.busy_per_image = busy_per_image(result.accounts);
    outcome.modules.push_back(std::move(result));
  }
  for (const StreamTiming* stream : streams) {
    outcome.streams.push_back({stream->pushes(), stream->high_water()});
  }
  outcome.bottleneck = find_bottleneck(outcome.modules, outcome.images.size());
  return outcome;
}

}  // namespace millrace::sim
