// Random numbers that are the same on every machine: SplitMix64 (G. Steele et al., "Fast splittable pseudorandom number
// generators", 2014), begun from a seed and a place, so that what one tensor gets does not depend on any other.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::sim {

class Random {
 public:
  /// `name` and `index` are the place: a tensor, and an image or 0.
  Random(std::uint64_t seed, std::string_view name, std::uint64_t index) : state_(seed) {
    for (const char c : name) {
      state_ = next() ^ static_cast<unsigned char>(c);
    }
    state_ = next() ^ index;
    state_ = next();
  }

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }
  /// True with a probability of 0 to 1; always at 1, never at 0.
  bool chance(double probability) {
    constexpr double kWhole = 9007199254740992.0;  // 2^53: products with it are exact
    return (next() >> 11) < static_cast<std::uint64_t>(probability * kWhole);
  }
  /// 0 to n - 1, evenly but for n / 2^64.
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t state_;
};

}  // namespace millrace::sim
