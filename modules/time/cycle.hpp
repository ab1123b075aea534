// Simulated time: integers that count rising edges of one clock.
#pragma once

#include <compare>
#include <cstdint>

namespace millrace {

/// A distance between two clock edges.
class Cycles {
 public:
  constexpr Cycles() = default;
  constexpr explicit Cycles(std::int64_t count) : count_(count) {}

  constexpr std::int64_t count() const { return count_; }
  constexpr auto operator<=>(const Cycles&) const = default;
  constexpr Cycles& operator+=(Cycles other) {
    count_ += other.count_;
    return *this;
  }
  friend constexpr Cycles operator+(Cycles a, Cycles b) { return Cycles{a.count_ + b.count_}; }
  friend constexpr Cycles operator-(Cycles a, Cycles b) { return Cycles{a.count_ - b.count_}; }

 private:
  std::int64_t count_ = 0;
};

/// A clock edge. Edge 0 is the first; kNever is before it.
class Cycle {
 public:
  constexpr Cycle() = default;
  constexpr explicit Cycle(std::int64_t edge) : edge_(edge) {}

  constexpr std::int64_t edge() const { return edge_; }
  constexpr auto operator<=>(const Cycle&) const = default;
  constexpr Cycle& operator+=(Cycles distance) {
    edge_ += distance.count();
    return *this;
  }
  friend constexpr Cycle operator+(Cycle a, Cycles b) { return Cycle{a.edge_ + b.count()}; }
  friend constexpr Cycle operator-(Cycle a, Cycles b) { return Cycle{a.edge_ - b.count()}; }
  friend constexpr Cycles operator-(Cycle a, Cycle b) { return Cycles{a.edge_ - b.edge_}; }

 private:
  std::int64_t edge_ = 0;
};

/// The later of two edges. By value: std::max takes references, for which compilers go through memory.
constexpr Cycle later(Cycle a, Cycle b) {
  const std::int64_t edge = a.edge();
  const std::int64_t other = b.edge();
  return Cycle{edge < other ? other : edge};
}

/// The edge before the first one: "has not happened", with which every rule of the form edge + 1 gives edge 0.
inline constexpr Cycle kNever{-1};

}  // namespace millrace
