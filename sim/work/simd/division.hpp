// Cycles of groups by arithmetic: ceil(n / macs) = floor((n + macs - 1) * r / 2^s) with r = ceil(2^s / macs). Exact as
// long as (n + macs - 1) * macs < 2^s; s and the width of the product are chosen by the container, where n and macs are
// at most its bits.
#pragma once

#include "modules/simd/lanes.hpp"
#include "sim/work/simd/tasks.hpp"

namespace millrace::sim {

/// For macs >= 2 and containers of 8 bits: ceil(n / macs) = floor((n * r + 2^5 - r) / 2^5) with r = ceil(2^5 / macs),
/// and no byte overflows into its neighbour.
template <std::size_t kBytes>
class DividedByteCost {
  using Vec = lanes::Vector<std::uint8_t, kBytes>;
  /// Processors multiply no bytes; two of them go together.
  using Pairs = lanes::Vector<std::uint16_t, kBytes>;
  static constexpr unsigned kShift = 5;
  static constexpr unsigned factor_of(unsigned macs) { return ((1U << kShift) + macs - 1) / macs; }
  static constexpr unsigned upper_of(unsigned macs) { return (1U << kShift) - factor_of(macs); }
  static constexpr bool is_exact() {
    for (unsigned macs = 2; macs <= 8; ++macs) {
      for (unsigned n = 0; n <= 8; ++n) {
        const unsigned product = n * factor_of(macs) + upper_of(macs);
        if (product > 0xFF || product >> kShift != (n + macs - 1) / macs) {
          return false;
        }
      }
    }
    return true;
  }

 public:
  static constexpr bool kIsPairs = false;
  [[gnu::always_inline]] explicit DividedByteCost(const CostRule& rule)
      : factor_(static_cast<std::uint16_t>(factor_of(rule.macs)) - Pairs{}),
        up_(static_cast<std::uint8_t>(upper_of(rule.macs)) - Vec{}),
        least_(static_cast<std::uint8_t>(rule.least) - Vec{}) {
    static_assert(is_exact());
  }

  [[gnu::always_inline]] Vec operator()(Vec survivors) const {
    const Vec product = lanes::as<Vec>(lanes::as<Pairs>(survivors) * factor_) + up_;
    return lanes::at_least<Vec>(lanes::as<Vec>(lanes::as<Pairs>(product) >> kShift) & std::uint8_t{0xFF >> kShift},
                                least_);
  }

 private:
  Pairs factor_;
  Vec up_;
  Vec least_;
};

/// For macs >= 2 and containers of 16, 32 or 64 bits.
template <typename T, std::size_t kBytes>
class DividedCost {
  using Vec = lanes::Vector<T, kBytes>;
  /// The product is formed in lanes of this type.
  using Factor = lanes::Vector<std::uint16_t, kBytes>;
  using WideFactor = lanes::Vector<std::uint32_t, kBytes>;
  static constexpr unsigned kShift = sizeof(T) == 2 ? 10 : sizeof(T) == 4 ? 11 : 13;

 public:
  static constexpr bool kIsPairs = false;
  [[gnu::always_inline]] explicit DividedCost(const CostRule& rule)
      : up_(static_cast<T>(rule.macs - 1) - Vec{}),
        reciprocal_(((1U << kShift) + rule.macs - 1) / rule.macs),
        least_(static_cast<T>(rule.least) - Vec{}) {}

  [[gnu::always_inline]] Vec operator()(Vec survivors) const {
    return lanes::at_least<Vec>(divided(survivors + up_), least_);
  }

 private:
  [[gnu::always_inline]] Vec divided(Vec sum) const {
    if constexpr (sizeof(T) == 8) {
      const WideFactor factor = reciprocal_ - WideFactor{};
      return lanes::as<Vec>((lanes::as<WideFactor>(sum) * factor) >> kShift);
    } else {
      const Factor factor = static_cast<std::uint16_t>(reciprocal_) - Factor{};
      return lanes::as<Vec>((lanes::as<Factor>(sum) * factor) >> kShift);
    }
  }

  Vec up_;
  std::uint32_t reciprocal_;
  Vec least_;
};

/// For macs >= 2 and groups of several words: n is any 32-bit number. The quotient of the rounded reciprocal is exact
/// or one too high.
template <std::size_t kBytes>
class LargeCost {
  using Vec = lanes::Vector<std::uint64_t, kBytes>;

 public:
  static constexpr bool kIsPairs = false;
  [[gnu::always_inline]] explicit LargeCost(const CostRule& rule)
      : macs_(rule.macs - Vec{}), reciprocal_(rule.reciprocal - Vec{}), least_(rule.least - Vec{}) {}

  [[gnu::always_inline]] Vec operator()(Vec survivors) const {
    const Vec sum = survivors + (macs_ - 1);
    const Vec quotient = (sum * reciprocal_) >> 32;
    const Vec too_high = reinterpret_cast<Vec>(quotient * macs_ > sum);
    return lanes::at_least<Vec>(quotient + too_high, least_);
  }

 private:
  Vec macs_;
  Vec reciprocal_;
  Vec least_;
};

/// For macs = 1 where empty groups are skipped: a pair is a cycle.
template <typename T, std::size_t kBytes>
class PairCost {
  using Vec = lanes::Vector<T, kBytes>;

 public:
  static constexpr bool kIsPairs = true;
  [[gnu::always_inline]] explicit PairCost(const CostRule&) {}
  [[gnu::always_inline]] Vec operator()(Vec survivors) const { return survivors; }
};

/// For macs = 1 where they are not.
template <typename T, std::size_t kBytes>
class SingleCost {
  using Vec = lanes::Vector<T, kBytes>;

 public:
  static constexpr bool kIsPairs = false;
  [[gnu::always_inline]] explicit SingleCost(const CostRule& rule) : least_(static_cast<T>(rule.least) - Vec{}) {}
  [[gnu::always_inline]] Vec operator()(Vec survivors) const { return lanes::at_least<Vec>(survivors, least_); }

 private:
  Vec least_;
};

}  // namespace millrace::sim
