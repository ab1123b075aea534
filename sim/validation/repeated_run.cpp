#include "sim/validation/repeated_run.hpp"

#include <utility>

#include "sim/accounts/outcome.hpp"
#include "sim/pipeline/worklist_pipeline.hpp"
#include "sim/structure/remedy.hpp"

namespace millrace::sim {
namespace {

std::int64_t numbers_of(const DotEngine& engine, Images images) {
  return images.count * engine.windows_per_image() * engine.array.units;
}

/// From the first image again behind the last.
class RepeatedWork final : public WorkSource {
 public:
  RepeatedWork(const DotEngine& engine, Images pass, const PassOfWork& work)
      : engine_(engine), pass_(pass), work_(work) {}

  WorkBand next_band() override {
    if (left_ == 0) {
      source_ = work_(engine_);
      left_ = numbers_of(engine_, pass_);
    }
    const WorkBand band = source_->next_band();
    left_ -= static_cast<std::int64_t>(size_of(band));
    return band;
  }

 private:
  const DotEngine& engine_;
  Images pass_;
  const PassOfWork& work_;
  std::unique_ptr<WorkSource> source_;
  std::int64_t left_ = 0;
};

/// Window k of n takes a unit that works W cycles in all floor((k + 1) * W / n) - floor(k * W / n).
class EvenWork final : public WorkSource {
 public:
  EvenWork(std::vector<std::int64_t> cycles, std::int64_t windows)
      : cycles_(std::move(cycles)), done_(cycles_.size()), window_(cycles_.size()), windows_(windows) {}

  WorkBand next_band() override {
    ++next_;
    for (std::size_t unit = 0; unit < cycles_.size(); ++unit) {
      const std::int64_t until = next_ * cycles_[unit] / windows_;
      window_[unit] = static_cast<UnitWork>(until - std::exchange(done_[unit], until));
    }
    return window_;
  }

 private:
  std::vector<std::int64_t> cycles_;
  std::vector<std::int64_t> done_;
  std::vector<UnitWork> window_;
  std::int64_t windows_;
  std::int64_t next_ = 0;
};

}  // namespace

PassOfWork as_recorded(const RecordedWork& work) {
  return [&work](const DotEngine& engine) { return work.read(engine); };
}

PassOfWork evened_out(const RecordedWork& work) {
  return [&work](const DotEngine& engine) {
    return std::make_unique<EvenWork>(unit_cycles(engine, work), work.images().count * engine.windows_per_image());
  };
}

std::variant<double, Deadlock> settled_interval(const Plan& plan, Images pass, const PassOfWork& work,
                                                Images settling) {
  const std::int64_t before = (settling.count + pass.count - 1) / pass.count * pass.count;
  std::vector<std::unique_ptr<WorkSource>> sources;
  ImageLog log;
  WorklistPipeline pipeline(plan, {Images{before + pass.count},
                                   [&](const DotEngine& engine) -> WorkSource& {
                                     return *sources.emplace_back(std::make_unique<RepeatedWork>(engine, pass, work));
                                   },
                                   &log});
  if (!pipeline.run(Pace::kRunAhead)) {
    Deadlock deadlock = diagnose(pipeline.processes());
    find_remedy(deadlock, plan);
    return deadlock;
  }
  const auto left = [&](std::int64_t image) { return log.images()[static_cast<std::size_t>(image)].last_out; };
  const Cycles taken = left(before + pass.count - 1) - left(before - 1);
  return static_cast<double>(taken.count()) / static_cast<double>(pass.count);
}

std::vector<std::int64_t> unit_cycles(const DotEngine& engine, const RecordedWork& work) {
  std::vector<std::int64_t> cycles(static_cast<std::size_t>(engine.array.units));
  const std::unique_ptr<WorkSource> source = work.read(engine);
  for (std::int64_t left = numbers_of(engine, work.images()); left > 0;) {
    const WorkBand band = source->next_band();
    std::visit(
        [&](auto numbers) {
          for (std::size_t place = 0; place < numbers.size(); ++place) {
            cycles[place % cycles.size()] += numbers[place];
          }
        },
        band);
    left -= static_cast<std::int64_t>(size_of(band));
  }
  return cycles;
}

}  // namespace millrace::sim
