// Cycles of windows and units, in as few bytes as the longest of them needs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "modules/engine/work_source.hpp"

namespace millrace::sim {

class NarrowWork {
 public:
  /// `longest`: no number will be above it.
  explicit NarrowWork(std::uint64_t longest);

  void reserve(std::size_t numbers);
  void resize(std::size_t numbers);
  void append(WorkBand band);

  std::size_t size() const;
  std::size_t bytes() const;
  /// For a Number that is as wide as `longest` asks for.
  template <typename Number>
  std::span<Number> numbers() {
    return std::get<std::vector<Number>>(numbers_);
  }
  WorkBand band() const;
  /// From its beginning, in bands of whole windows of `units` numbers. Many may read at once; this must outlive them.
  std::unique_ptr<WorkSource> read(std::size_t units) const;

 private:
  std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>> numbers_;
};

}  // namespace millrace::sim
