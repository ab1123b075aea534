#include "sim/work/narrow_work.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace millrace::sim {
namespace {

/// What stays in the first level cache while an engine reads it.
constexpr std::size_t kBytesOfBand = 2048;
constexpr std::size_t kCacheLine = 64;

template <typename Number>
class KeptWork final : public WorkSource {
 public:
  KeptWork(std::span<const Number> numbers, std::size_t units)
      : rest_(numbers), band_(std::max<std::size_t>(1, kBytesOfBand / sizeof(Number) / units) * units) {}

  WorkBand next_band() override {
    if (rest_.empty()) {
      throw std::logic_error("an engine asks for more windows than its layer has");
    }
    const std::span<const Number> band = rest_.first(std::min(band_, rest_.size()));
    rest_ = rest_.subspan(band.size());
    // Too many engines take turns for the processor to see that each of them goes straight on.
    for (std::size_t ahead = 0; ahead < std::min(band.size_bytes(), rest_.size_bytes()); ahead += kCacheLine) {
      __builtin_prefetch(reinterpret_cast<const char*>(rest_.data()) + ahead);
    }
    return band;
  }

 private:
  std::span<const Number> rest_;
  std::size_t band_;
};

}  // namespace

NarrowWork::NarrowWork(std::uint64_t longest) {
  if (longest > std::numeric_limits<std::uint16_t>::max()) {
    numbers_.emplace<std::vector<std::uint32_t>>();
  } else if (longest > std::numeric_limits<std::uint8_t>::max()) {
    numbers_.emplace<std::vector<std::uint16_t>>();
  }
}

void NarrowWork::reserve(std::size_t numbers) {
  std::visit([&](auto& kept) { kept.reserve(numbers); }, numbers_);
}

void NarrowWork::resize(std::size_t numbers) {
  std::visit([&](auto& kept) { kept.resize(numbers); }, numbers_);
}

void NarrowWork::append(WorkBand band) {
  const auto append = []<typename Number>(std::vector<Number>& kept, auto more) {
    std::transform(more.begin(), more.end(), std::back_inserter(kept),
                   [](auto cycles) { return static_cast<Number>(cycles); });
  };
  std::visit(append, numbers_, band);
}

std::size_t NarrowWork::size() const {
  return std::visit([](const auto& kept) { return kept.size(); }, numbers_);
}

std::size_t NarrowWork::bytes() const {
  return std::visit([](const auto& kept) { return kept.size() * sizeof(kept.front()); }, numbers_);
}

WorkBand NarrowWork::band() const {
  return std::visit(
      []<typename Number>(const std::vector<Number>& kept) -> WorkBand { return std::span<const Number>(kept); },
      numbers_);
}

std::unique_ptr<WorkSource> NarrowWork::read(std::size_t units) const {
  return std::visit(
      [&]<typename Number>(const std::vector<Number>& kept) -> std::unique_ptr<WorkSource> {
        return std::make_unique<KeptWork<Number>>(kept, units);
      },
      numbers_);
}

}  // namespace millrace::sim
