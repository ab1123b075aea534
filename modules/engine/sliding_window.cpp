#include "modules/engine/sliding_window.hpp"

#include <array>
#include <utility>
#include <vector>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

/// The map's last rows, stored word after word.
template <typename Word>
class LineBuffer;

template <>
class LineBuffer<Timing> {
 public:
  explicit LineBuffer(const SlidingWindowParameters&) {}
  void store(const Timing&) {}
  void store_padding(std::int64_t) {}
  Timing window() const { return {}; }
};

template <>
class LineBuffer<Values> {
 public:
  explicit LineBuffer(const SlidingWindowParameters& parameters)
      : parameters_(parameters),
        rows_(static_cast<std::size_t>(parameters.shape.kernel * parameters.shape.padded_width() * parameters.beats)) {}

  void store(Values word) {
    word.lanes.resize(static_cast<std::size_t>(parameters_.lanes));
    last_ = next_;
    at(last_.row, last_.column) = std::move(word);
    move_on();
  }
  void store_padding(std::int64_t words) {
    for (; words > 0; --words) {
      store({});
    }
  }
  /// The window whose last position was stored last.
  Values window() {
    Values window;
    const std::int64_t kernel = parameters_.shape.kernel;
    for (std::int64_t row = last_.row - kernel + 1; row <= last_.row; ++row) {
      for (std::int64_t column = last_.column - kernel + 1; column <= last_.column; ++column) {
        const Values& word = at(row, column);
        window.lanes.insert(window.lanes.end(), word.lanes.begin(), word.lanes.end());
      }
    }
    return window;
  }

 private:
  /// Of the padded map.
  struct Position {
    std::int64_t row = 0;
    std::int64_t column = 0;
    std::int64_t beat = 0;
  };

  /// At the beat that was stored last.
  Values& at(std::int64_t row, std::int64_t column) {
    const WindowShape& shape = parameters_.shape;
    const std::int64_t slot = ((row % shape.kernel) * shape.padded_width() + column) * parameters_.beats + last_.beat;
    return rows_[static_cast<std::size_t>(slot)];
  }
  void move_on() {
    if (++next_.beat < parameters_.beats) {
      return;
    }
    next_.beat = 0;
    if (++next_.column < parameters_.shape.padded_width()) {
      return;
    }
    next_.column = 0;
    next_.row = next_.row + 1 < parameters_.shape.padded_height() ? next_.row + 1 : 0;
  }

  SlidingWindowParameters parameters_;
  std::vector<Values> rows_;
  Position next_;
  Position last_;
};

/// Whether a window ends at `position` of a side that holds `count` windows.
bool ends_window(std::int64_t position, std::int64_t count, const WindowShape& shape) {
  const std::int64_t first = position - (shape.kernel - 1);
  return first >= 0 && first % shape.stride == 0 && first / shape.stride < count;
}

/// Positions of a row, one behind the other, that are walked in the same way.
struct Stretch {
  std::int64_t positions = 0;
  bool is_real = false;   ///< not padding
  bool finishes = false;  ///< a window ends at each
};

using Row = std::vector<Stretch>;

Row row_of(const WindowShape& shape, bool is_real_row, bool finishes_row) {
  Row row;
  for (std::int64_t column = 0; column < shape.padded_width(); ++column) {
    const bool is_real = is_real_row && column >= shape.pad_left && column < shape.pad_left + shape.width;
    const bool finishes = finishes_row && ends_window(column, shape.out_width(), shape);
    if (row.empty() || row.back().is_real != is_real || row.back().finishes != finishes) {
      row.push_back({0, is_real, finishes});
    }
    ++row.back().positions;
  }
  return row;
}

/// The rows of a padded map, of which there are four kinds.
class Walk {
 public:
  explicit Walk(const WindowShape& shape) : shape_(shape) {
    for (std::size_t kind = 0; kind < rows_.size(); ++kind) {
      rows_[kind] = row_of(shape, (kind & 1) != 0, (kind & 2) != 0);
    }
  }
  const Row& row(std::int64_t row) const {
    const bool is_real = row >= shape_.pad_top && row < shape_.pad_top + shape_.height;
    return rows_[(is_real ? 1 : 0) + (ends_window(row, shape_.out_height(), shape_) ? 2 : 0)];
  }

 private:
  WindowShape shape_;
  std::array<Row, 4> rows_;
};

}  // namespace

template <typename Word>
SlidingWindow<Word>::SlidingWindow(std::string name, SlidingWindowParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "SlidingWindow"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return walk(self); });
}

template <typename Word>
Body SlidingWindow<Word>::walk(Process& self) {
  const Walk walk(parameters_.shape);
  LineBuffer<Word> lines(parameters_);
  const auto keep = [&](const Word& word) { lines.store(word); };
  const auto keep_and_finish = [&](const Word& word) {
    lines.store(word);
    return lines.window();
  };
  const auto pad_and_finish = [&] {
    lines.store_padding(1);
    return lines.window();
  };
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t row = 0; row < parameters_.shape.padded_height(); ++row) {
      for (const Stretch& stretch : walk.row(row)) {
        const std::int64_t words = stretch.positions * parameters_.beats;
        if (stretch.is_real && stretch.finishes) {
          co_await pass(self, in_, out_, words, keep_and_finish);
        } else if (stretch.is_real) {
          co_await drop(self, in_, words, keep);
        } else if (stretch.finishes) {
          co_await make(self, out_, words, pad_and_finish);
        } else {
          lines.store_padding(words);
          self.work(Cycles{words});
        }
      }
    }
    self.end_image();
  }
}

template class SlidingWindow<Timing>;
template class SlidingWindow<Values>;

}  // namespace millrace
