// Tensors of an open trace. Their outermost axis (images or filters) may run through several files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "traces/code_format.hpp"

namespace millrace::traces {

/// Items of equal size, behind each other in one or more pieces of memory.
class Items {
 public:
  explicit Items(std::int64_t bytes_an_item) : bytes_(static_cast<std::size_t>(bytes_an_item)) {}

  /// A whole number of items.
  void append(std::span<const std::uint8_t> piece) {
    pieces_.push_back({count_, piece});
    count_ += static_cast<std::int64_t>(piece.size() / bytes_);
  }
  std::int64_t count() const { return count_; }
  std::span<const std::uint8_t> item(std::int64_t index) const {
    const Piece& piece = pieces_.size() == 1 ? pieces_.front() : piece_of(index);
    return piece.data.subspan(static_cast<std::size_t>(index - piece.first) * bytes_, bytes_);
  }

 private:
  struct Piece {
    std::int64_t first;
    std::span<const std::uint8_t> data;
  };

  /// Pieces are nearly equal in size, so a proportional guess is right or one off.
  const Piece& piece_of(std::int64_t index) const {
    auto guess = static_cast<std::size_t>(index * static_cast<std::int64_t>(pieces_.size()) / count_);
    while (pieces_[guess].first > index) {
      --guess;
    }
    while (guess + 1 < pieces_.size() && pieces_[guess + 1].first <= index) {
      ++guess;
    }
    return pieces_[guess];
  }

  std::size_t bytes_;
  std::int64_t count_ = 0;
  std::vector<Piece> pieces_;
};

/// Bit masks: `outer` x `rows` x `columns` positions of `bytes` bytes (ceil(channels / 8)).
/// Activations: outer = images, rows x columns = H x W. Weights: outer = filters, rows x columns = Kh x Kw.
class MaskView {
 public:
  /// Each item is rows x columns positions.
  MaskView(Items items, std::int64_t rows, std::int64_t columns, std::int64_t bytes)
      : items_(std::move(items)), rows_(rows), columns_(columns), bytes_(bytes) {}

  std::int64_t outer() const { return items_.count(); }
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  std::int64_t bytes() const { return bytes_; }
  /// The ceil(channels / 8) bytes of one position.
  std::span<const std::uint8_t> at(std::int64_t outer, std::int64_t row, std::int64_t column) const {
    return items_.item(outer).subspan(static_cast<std::size_t>((row * columns_ + column) * bytes_),
                                      static_cast<std::size_t>(bytes_));
  }
  /// Bytes of all of it.
  std::size_t size() const { return static_cast<std::size_t>(outer() * rows_ * columns_ * bytes_); }
  /// All positions of one image or filter.
  std::span<const std::uint8_t> item(std::int64_t outer) const { return items_.item(outer); }

 private:
  Items items_;
  std::int64_t rows_, columns_, bytes_;
};

/// Codes of one tensor. A mask bit decides what is zero; a non-zero value never has code 0.
class CodeView {
 public:
  CodeView(Items items, const CodeFormat& format) : items_(std::move(items)), format_(format) {}

  bool is_signed() const { return format_.is_signed; }
  double scale() const { return format_.scale; }
  std::int64_t outer() const { return items_.count(); }
  /// The codes of one image or filter, raw bytes; two's complement where is_signed().
  std::span<const std::uint8_t> item(std::int64_t outer) const { return items_.item(outer); }

 private:
  Items items_;
  CodeFormat format_;
};

}  // namespace millrace::traces
