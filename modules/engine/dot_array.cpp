#include "modules/engine/dot_array.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

std::int64_t ceil_log2(std::int64_t value) {
  return static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(value - 1)));
}

template <typename Word>
void compute(DotFunction<Word>* function, const Word& window) {
  function->window(window);
}
template <>
void compute<Timing>(DotFunction<Timing>*, const Timing&) {}

template <typename Word>
Word output(DotFunction<Word>* function) {
  return function->next_output();
}
template <>
Timing output<Timing>(DotFunction<Timing>*) {
  return {};
}

/// n accumulations: wait for one; push its words; free its bank.
template <typename Word, typename Make>
class DrainBanks final : public Process::Suspension {
 public:
  DrainBanks(Process& process, StreamTiming& banks, Stream<Word>& out, std::int64_t accumulations, std::int64_t words,
             Make make)
      : Suspension(process), left_(accumulations), words_(words), banks_(banks), out_(out), make_(std::move(make)) {}

  bool await_ready() { return runs_ahead() && advance(); }
  void await_resume() const {}
  bool advance() final {
    Cycle now = process_.now();
    while (left_ > 0) {
      if (words_left_ == 0) {
        if (!has_bank()) {
          return false;
        }
        now = begin();
      }
      if (!out_.known(process_)) {
        return false;
      }
      now = push(now);
    }
    return true;
  }
  bool known() final { return words_left_ == 0 ? has_bank() : out_.known(process_); }
  Cycle edge() const final { return later(process_.now(), words_left_ == 0 ? banks_.word_edge() : out_.edge()); }
  bool act() final {
    if (words_left_ == 0) {
      begin();
    } else {
      push(process_.now());
    }
    return left_ == 0;
  }
  const StreamTiming* stream() const final { return words_left_ == 0 ? &banks_ : out_.stream(); }
  bool waits_for_room() const final { return words_left_ > 0; }

 private:
  bool has_bank() {
    if (banks_.has_word()) {
      return true;
    }
    banks_.reader_waits(process_);
    return false;
  }
  Cycle begin() {
    words_left_ = words_;
    return process_.wait_for_input(0, banks_.arrival_edge());
  }
  Cycle push(Cycle now) {
    now = out_.wait(process_, now);
    out_.push(now, make_());
    if (--words_left_ == 0) {
      --left_;
      banks_.take(now);
    }
    return now;
  }

  std::int64_t left_;
  std::int64_t words_;
  std::int64_t words_left_ = 0;  ///< of the accumulation that is drained
  StreamTiming& banks_;
  ToOne<Word> out_;
  [[no_unique_address]] Make make_;
};

}  // namespace

Cycles dot_array_latency(std::int64_t macs, std::int64_t coarse_in) {
  return Cycles{2 + ceil_log2(macs) + ceil_log2(coarse_in)};
}

template <typename Word>
DotArray<Word>::DotArray(std::string name, DotArrayParameters parameters, Images images, WorkSource& work,
                         DotFunction<Word>* function, Ends<Word> ends)
    : Module(name, "DotArray"),
      parameters_(parameters),
      images_(images),
      work_(work, static_cast<std::size_t>(parameters.units)),
      function_(function),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)),
      banks_(name + ".banks", Depth{parameters.pixel_buffers}, Cycles{1}),
      units_(static_cast<std::size_t>(parameters.units), unit_kernels_of(best_simd_level())),
      after_first_image_(units_) {
  add_process("units", "DotUnits", {&in_}, {&banks_}, [this](Process& self) { return work_windows(self); });
  add_process("drain", "Drain", {&banks_}, {&out_}, [this](Process& self) { return drain(self); }).serve_at_once();
}

template <typename Word>
Body DotArray<Word>::work_windows(Process& self) {
  const auto take_window = [this, &self] {
    const Cycle arrival = in_.arrival_edge();
    const Cycle ready = parameters_.lock_step ? later(arrival, units_.slowest()) : arrival;
    // The slot becomes free when the last unit has taken the window.
    compute(function_, in_.pop(units_.take(ready, work_.next())));
    self.move_to(units_.slowest());
  };
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t accumulation = 0; accumulation < parameters_.accumulations; ++accumulation) {
      co_await each_word(self, in_, parameters_.windows_per_accumulation, take_window);
      banks_.put(self.now());
      co_await self.room(banks_);
      // The bank is free at the edge of the drain's last push, not the edge after it: the two are one module.
      units_.wait_for(banks_.slot_edge() - Cycles{1});
      self.move_to(units_.slowest());
    }
    ImageMark mark{self.now(), {}, {}, {}};
    for (std::size_t unit = 0; unit < units_.size(); ++unit) {
      mark.busy += units_.busy(unit);
      mark.starved += units_.starved(unit);
      mark.blocked += units_.blocked(unit);
    }
    marks_.push_back(mark);
    if (image == 0) {
      after_first_image_ = units_;
    }
  }
}

template <typename Word>
Body DotArray<Word>::drain(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    const auto next = [this] { return output(function_); };
    co_await DrainBanks<Word, decltype(next)>(self, banks_, out_, parameters_.accumulations,
                                              parameters_.words_per_accumulation, next);
    self.end_image();
  }
}

template <typename Word>
ModuleAccounts DotArray<Word>::accounts() const {
  ModuleAccounts accounts{{}, units_.size(), marks_};
  const UnitClocks& first = after_first_image_;
  for (std::size_t unit = 0; unit < units_.size(); ++unit) {
    accounts.rows.push_back({name() + ".unit" + std::to_string(unit),
                             "DotUnit",
                             Accounts{units_.busy(unit), {units_.starved(unit)}, {units_.blocked(unit)}},
                             Accounts{units_.busy(unit) - first.busy(unit),
                                      {units_.starved(unit) - first.starved(unit)},
                                      {units_.blocked(unit) - first.blocked(unit)}},
                             {in_.name()},
                             {banks_.name()}});
  }
  accounts.rows.push_back(row_of(*processes().back()));
  return accounts;
}

template class DotArray<Timing>;
template class DotArray<Values>;

}  // namespace millrace
