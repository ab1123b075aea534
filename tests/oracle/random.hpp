#ifndef MILLRACE_TESTS_ORACLE_RANDOM_HPP
#define MILLRACE_TESTS_ORACLE_RANDOM_HPP

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace millrace::oracle {

// Same numbers from the same seed on every platform: the standard fixes the engine, but not its distributions. The
// remainder is not quite uniform, which does not matter here.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // 0 .. bound - 1
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((engine_() >> 11U) % bound); }

  // Both ends included.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }

  bool chance(std::uint32_t percent) { return below(100) < percent; }

  template <class T>
  T pick(const std::vector<T>& choices) {
    return choices[below(static_cast<std::uint32_t>(choices.size()))];
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[below(static_cast<std::uint32_t>(i))]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_RANDOM_HPP
