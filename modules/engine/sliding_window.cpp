#include "modules/engine/sliding_window.hpp"

#include <utility>

namespace millrace {
namespace {

/// The map's last rows. Positions are of the padded map.
template <typename Word>
class LineBuffer;

template <>
class LineBuffer<Timing> {
 public:
  explicit LineBuffer(const SlidingWindowParameters&) {}
  void store(std::int64_t, std::int64_t, std::int64_t, const Timing&) {}
  Timing window(std::int64_t, std::int64_t, std::int64_t) const { return {}; }
};

template <>
class LineBuffer<Values> {
 public:
  explicit LineBuffer(const SlidingWindowParameters& parameters)
      : parameters_(parameters),
        rows_(static_cast<std::size_t>(parameters.shape.kernel * parameters.shape.padded_width() * parameters.beats)) {}

  void store(std::int64_t row, std::int64_t column, std::int64_t beat, Values word) {
    word.lanes.resize(static_cast<std::size_t>(parameters_.lanes));
    at(row, column, beat) = std::move(word);
  }
  /// The window whose last position is (row, column).
  Values window(std::int64_t row, std::int64_t column, std::int64_t beat) {
    Values window;
    const std::int64_t kernel = parameters_.shape.kernel;
    for (std::int64_t y = row - kernel + 1; y <= row; ++y) {
      for (std::int64_t x = column - kernel + 1; x <= column; ++x) {
        const Values& word = at(y, x, beat);
        window.lanes.insert(window.lanes.end(), word.lanes.begin(), word.lanes.end());
      }
    }
    return window;
  }

 private:
  Values& at(std::int64_t row, std::int64_t column, std::int64_t beat) {
    const std::int64_t slot =
        ((row % parameters_.shape.kernel) * parameters_.shape.padded_width() + column) * parameters_.beats + beat;
    return rows_[static_cast<std::size_t>(slot)];
  }

  SlidingWindowParameters parameters_;
  std::vector<Values> rows_;
};

/// Whether a window ends at `position` of a side that holds `count` windows.
bool ends_window(std::int64_t position, std::int64_t count, const WindowShape& shape) {
  const std::int64_t first = position - (shape.kernel - 1);
  return first >= 0 && first % shape.stride == 0 && first / shape.stride < count;
}

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
  const WindowShape& shape = parameters_.shape;
  LineBuffer<Word> lines(parameters_);
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t row = 0; row < shape.padded_height(); ++row) {
      const bool real_row = row >= shape.pad_top && row < shape.pad_top + shape.height;
      const bool ends_row = ends_window(row, shape.out_height(), shape);
      for (std::int64_t column = 0; column < shape.padded_width(); ++column) {
        const bool real = real_row && column >= shape.pad_left && column < shape.pad_left + shape.width;
        const bool finished = ends_row && ends_window(column, shape.out_width(), shape);
        for (std::int64_t beat = 0; beat < parameters_.beats; ++beat) {
          Word word{};
          if (real) {
            word = co_await self.pop(in_);
          }
          lines.store(row, column, beat, std::move(word));
          self.work(Cycles{1});
          if (finished) {
            co_await self.push(out_, lines.window(row, column, beat));
          }
        }
      }
    }
    self.end_image();
  }
}

template class SlidingWindow<Timing>;
template class SlidingWindow<Values>;

}  // namespace millrace
