// The Verilated top of a grid behind one interface, whatever the widths that Verilator chose for its ports.
#pragma once

#include <verilated.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace millrace::rtl {

/// Streams are numbered through all cases; `clock` is one rising edge.
class TwinTop {
 public:
  virtual ~TwinTop() = default;
  virtual void reset() = 0;
  virtual void set_source(std::size_t stream, bool valid) = 0;
  /// Bits of the word that the source of a stream offers, 32 at a time at most.
  virtual void set_source_bits(std::size_t lsb, std::size_t width, std::uint32_t bits) = 0;
  virtual void set_sink(std::size_t stream, bool ready) = 0;
  /// Lets the inputs take effect: what follows holds at the coming edge.
  virtual void settle() = 0;
  virtual bool pushes(std::size_t stream) const = 0;
  virtual bool pops(std::size_t stream) const = 0;
  virtual std::uint32_t pushed_bits(std::size_t lsb, std::size_t width) const = 0;
  virtual std::uint32_t popped_bits(std::size_t lsb, std::size_t width) const = 0;
  virtual void clock() = 0;
};

template <typename Signal>
std::uint32_t read_bits(const Signal& signal, std::size_t lsb, std::size_t width) {
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  if constexpr (std::is_integral_v<Signal>) {
    return static_cast<std::uint32_t>((signal >> lsb) & mask);
  } else {
    std::uint64_t bits = signal[lsb / 32];
    if (lsb % 32 + width > 32) {
      bits |= static_cast<std::uint64_t>(signal[lsb / 32 + 1]) << 32U;
    }
    return static_cast<std::uint32_t>((bits >> (lsb % 32)) & mask);
  }
}

template <typename Signal>
void write_bits(Signal& signal, std::size_t lsb, std::size_t width, std::uint32_t bits) {
  for (std::size_t bit = 0; bit < width; ++bit) {
    const bool one = ((bits >> bit) & 1U) != 0;
    if constexpr (std::is_integral_v<Signal>) {
      const std::uint64_t mask = std::uint64_t{1} << (lsb + bit);
      signal = static_cast<Signal>(one ? signal | mask : signal & ~mask);
    } else {
      const std::uint32_t mask = 1U << ((lsb + bit) % 32);
      auto& word = signal[(lsb + bit) / 32];
      word = one ? word | mask : word & ~mask;
    }
  }
}

template <typename Verilated>
class VerilatedGrid final : public TwinTop {
 public:
  void reset() override {
    top_.reset = 1;
    settle();
    clock();
    top_.reset = 0;
  }
  void set_source(std::size_t stream, bool valid) override { write_bits(top_.source_valid, stream, 1, valid ? 1 : 0); }
  void set_source_bits(std::size_t lsb, std::size_t width, std::uint32_t bits) override {
    write_bits(top_.source_data, lsb, width, bits);
  }
  void set_sink(std::size_t stream, bool ready) override { write_bits(top_.sink_ready, stream, 1, ready ? 1 : 0); }
  void settle() override {
    top_.clk = 0;
    top_.eval();
  }
  bool pushes(std::size_t stream) const override { return read_bits(top_.push, stream, 1) != 0; }
  bool pops(std::size_t stream) const override { return read_bits(top_.pop, stream, 1) != 0; }
  std::uint32_t pushed_bits(std::size_t lsb, std::size_t width) const override {
    return read_bits(top_.push_data, lsb, width);
  }
  std::uint32_t popped_bits(std::size_t lsb, std::size_t width) const override {
    return read_bits(top_.pop_data, lsb, width);
  }
  void clock() override {
    top_.clk = 1;
    top_.eval();
  }

 private:
  Verilated top_;
};

}  // namespace millrace::rtl
