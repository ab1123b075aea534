#include "modules/engine/dot_array.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

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
      for (std::int64_t window = 0; window < parameters_.windows_per_accumulation; ++window) {
        co_await self.known(in_);
        const Cycle popped = start_window(in_.arrival_edge());
        compute(function_, in_.pop(popped));
        work_window(next_work());
        self.move_to(slowest());
      }
      banks_.put(self.now());
      co_await self.room(banks_);
      // The bank is free at the edge of the drain's last push, not the edge after it: the two are one module.
      go_on_from(banks_.slot_edge() - Cycles{1});
      self.move_to(slowest());
    }
    marks_.push_back({self.now(), Cycles{std::reduce(units_.busy.begin(), units_.busy.end())},
                      Cycles{std::reduce(units_.starved.begin(), units_.starved.end())},
                      Cycles{std::reduce(units_.blocked.begin(), units_.blocked.end())}});
    if (image == 0) {
      after_first_image_ = units_;
    }
  }
}

/// Moves every unit to the edge at which it takes the window; returns the last of them, at which its slot becomes free.
template <typename Word>
Cycle DotArray<Word>::start_window(Cycle arrival) {
  const std::int64_t ready = parameters_.lock_step ? std::max(arrival, slowest()).edge() : arrival.edge();
  std::int64_t last = ready;
  for (std::size_t unit = 0; unit < units_.now.size(); ++unit) {
    const std::int64_t popped = std::max(units_.now[unit], ready);
    units_.starved[unit] += popped - units_.now[unit];
    units_.now[unit] = popped;
    last = std::max(last, popped);
  }
  if (!has_popped_) {
    // Until its first window a unit is idle, not starved.
    std::fill(units_.starved.begin(), units_.starved.end(), 0);
    has_popped_ = true;
  }
  return Cycle{last};
}

template <typename Word>
void DotArray<Word>::work_window(std::span<const UnitWork> work) {
  for (std::size_t unit = 0; unit < units_.now.size(); ++unit) {
    units_.now[unit] += work[unit];
    units_.busy[unit] += work[unit];
  }
}

template <typename Word>
void DotArray<Word>::go_on_from(Cycle freed) {
  for (std::size_t unit = 0; unit < units_.now.size(); ++unit) {
    const std::int64_t wait = std::max(freed.edge() - units_.now[unit], std::int64_t{0});
    units_.blocked[unit] += wait;
    units_.now[unit] += wait;
  }
}

template <typename Word>
std::span<const UnitWork> DotArray<Word>::next_work() {
  if (band_.empty()) {
    band_ = work_.next_band();
  }
  const std::span<const UnitWork> window = band_.first(units_.now.size());
  band_ = band_.subspan(window.size());
  return window;
}

template <typename Word>
Cycle DotArray<Word>::slowest() const {
  return Cycle{*std::max_element(units_.now.begin(), units_.now.end())};
}

template <typename Word>
Body DotArray<Word>::drain(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t accumulation = 0; accumulation < parameters_.accumulations; ++accumulation) {
      co_await self.known(banks_);
      self.wait_for_input(0, banks_.arrival_edge());
      for (std::int64_t word = 0; word < parameters_.words_per_accumulation; ++word) {
        co_await self.push(out_, output(function_));
      }
      banks_.take(self.now());
    }
    self.end_image();
  }
}

template <typename Word>
ModuleAccounts DotArray<Word>::accounts() const {
  ModuleAccounts accounts{{}, units_.now.size(), marks_};
  const auto row = [](std::int64_t busy, std::int64_t starved, std::int64_t blocked) {
    return Accounts{Cycles{busy}, {Cycles{starved}}, {Cycles{blocked}}};
  };
  const Units& first = after_first_image_;
  for (std::size_t unit = 0; unit < units_.now.size(); ++unit) {
    accounts.rows.push_back({name() + ".unit" + std::to_string(unit),
                             "DotUnit",
                             row(units_.busy[unit], units_.starved[unit], units_.blocked[unit]),
                             row(units_.busy[unit] - first.busy[unit], units_.starved[unit] - first.starved[unit],
                                 units_.blocked[unit] - first.blocked[unit]),
                             {in_.name()},
                             {banks_.name()}});
  }
  accounts.rows.push_back(row_of(*processes().back()));
  return accounts;
}

template class DotArray<Timing>;
template class DotArray<Values>;

}  // namespace millrace
