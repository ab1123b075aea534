// Work that differs from window to window and unit to unit, the same in every run of the same plan.
#pragma once

#include <memory>
#include <random>
#include <vector>

#include "modules/engine/work_source.hpp"
#include "sim/pipeline/model_factory.hpp"

namespace millrace::test {

class RandomWork final : public WorkSource {
 public:
  RandomWork(std::int64_t units, std::uint32_t seed) : window_(static_cast<std::size_t>(units)), random_(seed) {}

  WorkBand next_band() override {
    for (UnitWork& cycles : window_) {
      cycles = 1 + static_cast<UnitWork>(random_() % 9);
    }
    return window_;
  }

 private:
  std::vector<UnitWork> window_;
  std::mt19937 random_;
};

/// A source an engine, seeded by its layer.
class RandomWorks {
 public:
  WorkSource& of(const sim::DotEngine& engine) {
    const auto seed = static_cast<std::uint32_t>(engine.layer.index);
    return *sources_.emplace_back(std::make_unique<RandomWork>(engine.array.units, seed));
  }

 private:
  std::vector<std::unique_ptr<RandomWork>> sources_;
};

}  // namespace millrace::test
