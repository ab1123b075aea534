#include "sim/resolve/narrow_work.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "modules/engine/dispatched.hpp"

namespace millrace::sim {
namespace {

/// What stays in the first level cache while an engine reads it.
constexpr std::size_t kNumbersOfBand = 2048;

MILLRACE_DISPATCHED
void widen(const std::uint8_t* __restrict narrow, std::size_t numbers, UnitWork* __restrict wide) {
  std::copy_n(narrow, numbers, wide);
}
MILLRACE_DISPATCHED
void widen(const std::uint16_t* __restrict narrow, std::size_t numbers, UnitWork* __restrict wide) {
  std::copy_n(narrow, numbers, wide);
}
void widen(const std::uint32_t* narrow, std::size_t numbers, UnitWork* wide) {
  std::copy_n(narrow, numbers, wide);
}

template <typename Number>
class Reader final : public WorkSource {
 public:
  Reader(std::span<const Number> numbers, std::size_t units)
      : rest_(numbers), band_(std::max<std::size_t>(1, kNumbersOfBand / units) * units) {}

  std::span<const UnitWork> next_band() override {
    if (rest_.empty()) {
      throw std::logic_error("an engine asks for more windows than its layer has");
    }
    const std::span<const Number> band = rest_.first(std::min(band_.size(), rest_.size()));
    widen(band.data(), band.size(), band_.data());
    rest_ = rest_.subspan(band.size());
    for (std::size_t ahead = 0; ahead < std::min(band.size_bytes(), rest_.size_bytes()); ahead += 64) {
      __builtin_prefetch(reinterpret_cast<const char*>(rest_.data()) + ahead);
    }
    return std::span(band_).first(band.size());
  }

 private:
  std::span<const Number> rest_;
  std::vector<UnitWork> band_;
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

void NarrowWork::append(std::span<const UnitWork> band) {
  std::visit(
      [&]<typename Number>(std::vector<Number>& kept) {
        std::transform(band.begin(), band.end(), std::back_inserter(kept),
                       [](UnitWork cycles) { return static_cast<Number>(cycles); });
      },
      numbers_);
}

std::size_t NarrowWork::size() const {
  return std::visit([](const auto& kept) { return kept.size(); }, numbers_);
}

std::size_t NarrowWork::bytes() const {
  return std::visit([](const auto& kept) { return kept.size() * sizeof(kept.front()); }, numbers_);
}

std::unique_ptr<WorkSource> NarrowWork::read(std::size_t units) const {
  return std::visit(
      [&]<typename Number>(const std::vector<Number>& kept) -> std::unique_ptr<WorkSource> {
        return std::make_unique<Reader<Number>>(kept, units);
      },
      numbers_);
}

}  // namespace millrace::sim
