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
      work_(work),
      function_(function),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)),
      banks_(name + ".banks", Depth{parameters.pixel_buffers}, Cycles{1}),
      units_(static_cast<std::size_t>(parameters.units)),
      after_first_image_(units_) {
  add_process("units", "DotUnits", {&in_}, {&banks_}, [this](Process& self) { return work_windows(self); });
  add_process("drain", "Drain", {&banks_}, {&out_}, [this](Process& self) { return drain(self); });
}

template <typename Word>
Body DotArray<Word>::work_windows(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t accumulation = 0; accumulation < parameters_.accumulations; ++accumulation) {
      co_await each_word(self, in_, parameters_.windows_per_accumulation, [&] { take_window(self); });
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
void DotArray<Word>::take_window(Process& self) {
  const Cycle arrival = in_.arrival_edge();
  const Cycle ready = parameters_.lock_step ? std::max(arrival, units_.slowest()) : arrival;
  // The slot becomes free when the last unit has taken the window.
  compute(function_, in_.pop(units_.take(ready, next_work())));
  self.move_to(units_.slowest());
}

template <typename Word>
std::span<const UnitWork> DotArray<Word>::next_work() {
  if (band_.empty()) {
    band_ = work_.next_band();
  }
  const std::span<const UnitWork> window = band_.first(units_.size());
  band_ = band_.subspan(window.size());
  return window;
}

template <typename Word>
Body DotArray<Word>::drain(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t accumulation = 0; accumulation < parameters_.accumulations; ++accumulation) {
      co_await self.known(banks_);
      self.wait_for_input(0, banks_.arrival_edge());
      co_await give(self, out_, parameters_.words_per_accumulation, [this] { return output(function_); });
      banks_.take(self.now());
    }
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
