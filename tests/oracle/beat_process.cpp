#include "tests/oracle/beat_process.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace millrace::oracle {
namespace {

void require(bool condition, const char* message) {
  if (!condition) {
    throw std::invalid_argument(message);
  }
}

void require_legal(const Shape& shape) {
  require(shape.words() > 0 && shape.lanes > 0 && shape.channels % shape.lanes == 0,
          "shape: empty, or lanes do not fit");
}

void require_legal(const std::vector<std::uint32_t>& service) {
  require(std::find(service.begin(), service.end(), 0U) == service.end(), "service: work takes at least one cycle");
}

// Counters of image, row, column and beat, beat innermost.
class Walk {
 public:
  Walk(std::uint32_t images, std::uint32_t height, std::uint32_t width, std::uint32_t beats)
      : images_(images), height_(height), width_(width), beats_(beats) {}

  [[nodiscard]] bool done() const { return image_ == images_; }
  [[nodiscard]] std::uint32_t row() const { return row_; }
  [[nodiscard]] std::uint32_t column() const { return column_; }
  [[nodiscard]] std::uint32_t beat() const { return beat_; }

  void step() {
    if (++beat_ < beats_) {
      return;
    }
    beat_ = 0;
    if (++column_ < width_) {
      return;
    }
    column_ = 0;
    if (++row_ < height_) {
      return;
    }
    row_ = 0;
    ++image_;
  }

 private:
  std::uint32_t images_;
  std::uint32_t height_;
  std::uint32_t width_;
  std::uint32_t beats_;
  std::uint32_t image_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t column_ = 0;
  std::uint32_t beat_ = 0;
};

class Source final : public BeatProcess {
 public:
  Source(const SourceSpec& spec, OutPort out) : BeatProcess({}, {out}), service_(spec.service) {}

 private:
  std::optional<Beat> next_beat() override {
    if (next_ == service_.size()) {
      return std::nullopt;
    }
    return Beat{false, service_[next_++], true};
  }

  std::vector<std::uint32_t> service_;
  std::size_t next_ = 0;
};

class Sink final : public BeatProcess {
 public:
  Sink(const SinkSpec& spec, InPort in) : BeatProcess({in}, {}), service_(spec.service) {}

 private:
  std::optional<Beat> next_beat() override {
    if (next_ == service_.size()) {
      return std::nullopt;
    }
    return Beat{true, service_[next_++], false};
  }

  std::vector<std::uint32_t> service_;
  std::size_t next_ = 0;
};

class Copier final : public BeatProcess {
 public:
  Copier(std::uint64_t words, std::vector<InPort> ins, std::vector<OutPort> outs)
      : BeatProcess(std::move(ins), std::move(outs)), words_(words) {}

 private:
  std::optional<Beat> next_beat() override {
    if (words_ == 0) {
      return std::nullopt;
    }
    --words_;
    return Beat{true, 1, true};
  }

  std::uint64_t words_;
};

// Turns: input 0 for its beats, then input 1, ..., then the next pixel.
class Concat final : public BeatProcess {
 public:
  Concat(const ConcatSpec& spec, std::uint32_t images, std::vector<InPort> ins, OutPort out)
      : BeatProcess(std::move(ins), {out}), beats_(spec.beats), pixels_left_(std::uint64_t{images} * spec.pixels) {}

 private:
  std::optional<Beat> next_beat() override {
    if (taken_ == beats_[turn_]) {
      taken_ = 0;
      ++turn_;
    }
    if (turn_ == beats_.size()) {
      turn_ = 0;
      --pixels_left_;
    }
    if (pixels_left_ == 0) {
      return std::nullopt;
    }
    ++taken_;
    return Beat{true, 1, true, turn_};
  }

  std::vector<std::uint32_t> beats_;
  std::uint64_t pixels_left_;
  std::size_t turn_ = 0;
  std::uint32_t taken_ = 0;
};

class Subsample final : public BeatProcess {
 public:
  Subsample(const SubsampleSpec& spec, std::uint32_t images, InPort in, OutPort out)
      : BeatProcess({in}, {out}),
        stride_(spec.stride),
        walk_(images, spec.shape.height, spec.shape.width, spec.shape.beats()) {}

 private:
  std::optional<Beat> next_beat() override {
    if (walk_.done()) {
      return std::nullopt;
    }
    const bool kept = walk_.row() % stride_ == 0 && walk_.column() % stride_ == 0;
    walk_.step();
    return Beat{true, 1, kept};
  }

  std::uint32_t stride_;
  Walk walk_;
};

class ChannelPad final : public BeatProcess {
 public:
  ChannelPad(const ChannelPadSpec& spec, std::uint32_t images, InPort in, OutPort out)
      : BeatProcess({in}, {out}),
        first_(spec.before / spec.shape.lanes),
        last_(first_ + spec.shape.beats()),
        walk_(images, spec.shape.height, spec.shape.width, last_ + spec.after / spec.shape.lanes) {}

 private:
  std::optional<Beat> next_beat() override {
    if (walk_.done()) {
      return std::nullopt;
    }
    const bool data = walk_.beat() >= first_ && walk_.beat() < last_;
    walk_.step();
    return Beat{data, 1, true};
  }

  std::uint32_t first_;  // beat of data in a pixel of the output
  std::uint32_t last_;   // beat behind the data
  Walk walk_;
};

class Rebundle final : public BeatProcess {
 public:
  Rebundle(const RebundleSpec& spec, std::uint32_t images, InPort in, OutPort out)
      : BeatProcess({in}, {out}),
        from_(spec.shape.lanes),
        to_(spec.to),
        channels_(spec.shape.channels),
        pixels_(std::uint64_t{images} * spec.shape.pixels()) {}

 private:
  std::optional<Beat> next_beat() override {
    if (pixels_ == 0) {
      return std::nullopt;
    }
    if (held_ < to_) {
      held_ += from_;
      return Beat{true, 1, false};
    }
    held_ -= to_;
    given_ += to_;
    if (given_ == channels_) {
      given_ = 0;
      --pixels_;
    }
    return Beat{false, 0, true};
  }

  std::uint32_t from_;
  std::uint32_t to_;
  std::uint32_t channels_;
  std::uint64_t pixels_;
  std::uint32_t held_ = 0;
  std::uint32_t given_ = 0;
};

class GlobalPool final : public BeatProcess {
 public:
  GlobalPool(const GlobalPoolSpec& spec, std::uint32_t images, InPort in, OutPort out)
      : BeatProcess({in}, {out}), shape_(spec.shape), walk_(images, shape_.height, shape_.width, shape_.beats()) {}

 private:
  std::optional<Beat> next_beat() override {
    if (walk_.done()) {
      return std::nullopt;
    }
    const bool last_pixel = walk_.row() + 1 == shape_.height && walk_.column() + 1 == shape_.width;
    walk_.step();
    return Beat{true, 1, last_pixel};
  }

  Shape shape_;
  Walk walk_;
};

// One dimension of a sliding window: is a window of some output position finished at padded position `at`?
bool finishes(std::uint32_t at, std::uint32_t kernel, std::uint32_t stride, std::uint32_t outputs) {
  if (at + 1 < kernel) {
    return false;
  }
  const std::uint32_t behind_first = at + 1 - kernel;
  return behind_first % stride == 0 && behind_first / stride < outputs;
}

class SlidingWindow final : public BeatProcess {
 public:
  SlidingWindow(const SlidingWindowSpec& spec, std::uint32_t images, InPort in, OutPort out)
      : BeatProcess({in}, {out}),
        spec_(spec),
        walk_(images, spec.shape.height + spec.top + spec.bottom, spec.shape.width + spec.left + spec.right,
              spec.shape.beats()) {}

 private:
  std::optional<Beat> next_beat() override {
    if (walk_.done()) {
      return std::nullopt;
    }
    const std::uint32_t row = walk_.row();
    const std::uint32_t column = walk_.column();
    const bool real_row = row >= spec_.top && row < spec_.top + spec_.shape.height;
    const bool real_column = column >= spec_.left && column < spec_.left + spec_.shape.width;
    const bool window = finishes(row, spec_.kernel, spec_.stride, spec_.out_height()) &&
                        finishes(column, spec_.kernel, spec_.stride, spec_.out_width());
    walk_.step();
    return Beat{real_row && real_column, 1, window};
  }

  SlidingWindowSpec spec_;
  Walk walk_;
};

}  // namespace

bool BeatProcess::advance() {
  switch (state_) {
    case State::kNext: {
      const std::optional<Beat> beat = next_beat();
      if (!beat) {
        finish();
        return true;
      }
      beat_ = *beat;
      state_ = State::kTake;
      return true;
    }
    case State::kTake:
      if (beat_.pop && !(beat_.port ? pop_from(*beat_.port) : pop_all())) {
        return false;
      }
      if (beat_.work > 0) {
        work(beat_.work);
        state_ = State::kWork;
      } else {
        state_ = State::kGive;
      }
      return true;
    case State::kWork:
      state_ = State::kGive;
      return true;
    case State::kGive:
      if (beat_.push) {
        if (!push_all()) {
          return false;
        }
        pushed();
      }
      state_ = State::kNext;
      return true;
  }
  throw std::logic_error("beat process: no such state");
}

std::unique_ptr<Process> make_source(const SourceSpec& spec, OutPort out) {
  require_legal(spec.service);
  return std::make_unique<Source>(spec, out);
}

std::unique_ptr<Process> make_sink(const SinkSpec& spec, InPort in) {
  return std::make_unique<Sink>(spec, in);
}

std::unique_ptr<Process> make_copier(std::uint64_t words, std::vector<InPort> ins, std::vector<OutPort> outs) {
  return std::make_unique<Copier>(words, std::move(ins), std::move(outs));
}

std::unique_ptr<Process> make_concat(const ConcatSpec& spec, std::uint32_t images, std::vector<InPort> ins,
                                     OutPort out) {
  require(spec.pixels > 0 && spec.beats.size() == ins.size(), "concat: empty, or not one number of beats an input");
  require(std::find(spec.beats.begin(), spec.beats.end(), 0U) == spec.beats.end(), "concat: an input without words");
  return std::make_unique<Concat>(spec, images, std::move(ins), out);
}

std::unique_ptr<Process> make_subsample(const SubsampleSpec& spec, std::uint32_t images, InPort in, OutPort out) {
  require_legal(spec.shape);
  require(spec.stride > 0, "subsample: stride is 0");
  return std::make_unique<Subsample>(spec, images, in, out);
}

std::unique_ptr<Process> make_channel_pad(const ChannelPadSpec& spec, std::uint32_t images, InPort in, OutPort out) {
  require_legal(spec.shape);
  require(spec.before % spec.shape.lanes == 0 && spec.after % spec.shape.lanes == 0, "channel pad: lanes do not fit");
  return std::make_unique<ChannelPad>(spec, images, in, out);
}

std::unique_ptr<Process> make_rebundle(const RebundleSpec& spec, std::uint32_t images, InPort in, OutPort out) {
  require_legal(spec.shape);
  require(spec.to > 0 && spec.shape.channels % spec.to == 0, "rebundle: lanes do not fit");
  return std::make_unique<Rebundle>(spec, images, in, out);
}

std::unique_ptr<Process> make_global_pool(const GlobalPoolSpec& spec, std::uint32_t images, InPort in, OutPort out) {
  require_legal(spec.shape);
  return std::make_unique<GlobalPool>(spec, images, in, out);
}

std::unique_ptr<Process> make_sliding_window(const SlidingWindowSpec& spec, std::uint32_t images, InPort in,
                                             OutPort out) {
  require_legal(spec.shape);
  require(spec.kernel > 0 && spec.stride > 0, "sliding window: kernel or stride is 0");
  require(spec.shape.height + spec.top + spec.bottom >= spec.kernel &&
              spec.shape.width + spec.left + spec.right >= spec.kernel,
          "sliding window: the kernel does not fit");
  return std::make_unique<SlidingWindow>(spec, images, in, out);
}

}  // namespace millrace::oracle
