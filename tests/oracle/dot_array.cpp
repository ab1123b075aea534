#include "tests/oracle/dot_array.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace millrace::oracle {
namespace {

// What the two sides of an array tell each other, counted in accumulations over all images.
struct Banks {
  std::vector<std::uint64_t> offered;  // by every unit
  std::uint64_t drained = 0;           // seen by the units at the edge of the drain's last push
};

class DotUnit final : public Process {
 public:
  DotUnit(const DotArraySpec& spec, std::size_t unit, std::uint64_t accumulations, Banks& banks, InPort in, OutPort out)
      : Process({in}, {out}),
        windows_(spec.windows),
        buffers_(spec.pixel_buffers),
        accumulations_(accumulations),
        unit_(unit),
        banks_(banks) {
    service_.reserve(accumulations * windows_);
    for (std::size_t k = unit; k < spec.service.size(); k += spec.units) {
      service_.push_back(spec.service[k]);
    }
  }

  // A unit that is ready takes no window by itself: the array says when.
  [[nodiscard]] bool ready() const { return state_ == State::kReady && !finished(); }

  void take(Edge edge, bool all_ready) {
    if (!ins().front().channel->has_word(ins().front().reader) || all_ready) {
      if (pop_all()) {
        work(service_[next_++]);
        state_ = State::kWork;
        moved(edge);
      }
    } else {
      starved_until(false, Want::kPartner);
    }
  }

 private:
  enum class State { kReady, kWork, kBank };

  bool advance() override {
    switch (state_) {
      case State::kReady:
        return false;
      case State::kWork:
        if (next_ % windows_ == 0) {
          ++banks_.offered[unit_];
          state_ = State::kBank;
        } else {
          state_ = State::kReady;
        }
        return true;
      case State::kBank:
        // Of its own accumulations, at most buffers - 1 may be waiting for the drain when it goes on.
        if (!blocked_until(banks_.offered[unit_] - banks_.drained < buffers_, Want::kPartner)) {
          return false;
        }
        state_ = State::kReady;
        if (banks_.offered[unit_] == accumulations_) {
          finish();
        }
        return true;
    }
    throw std::logic_error("dot unit: no such state");
  }

  std::uint32_t windows_;
  std::uint32_t buffers_;
  std::uint64_t accumulations_;
  std::size_t unit_;
  Banks& banks_;
  std::vector<std::uint32_t> service_;
  std::size_t next_ = 0;
  State state_ = State::kReady;
};

// Evaluated before the units, it sees the sums that were offered before this edge.
class Drain final : public Process {
 public:
  Drain(const DotArraySpec& spec, std::uint64_t accumulations, Banks& banks, InPort in, OutPort out)
      : Process({in}, {out}), results_(spec.results), left_(accumulations), banks_(banks) {}

 private:
  bool advance() override {
    if (left_ == 0) {
      finish();
      return true;
    }
    if (results_left_ == 0) {
      const std::uint64_t complete = *std::min_element(banks_.offered.begin(), banks_.offered.end());
      if (!starved_until(complete > banks_.drained, Want::kPartner)) {
        return false;
      }
      results_left_ = results_;
      return true;
    }
    if (!push_all()) {
      return false;
    }
    if (--results_left_ == 0) {
      ++banks_.drained;
      --left_;
    }
    return true;
  }

  std::uint32_t results_;
  std::uint64_t left_;
  Banks& banks_;
  std::uint32_t results_left_ = 0;
};

class DotArray final : public Module {
 public:
  DotArray(std::unique_ptr<Banks> banks, std::vector<std::unique_ptr<Process>> processes, std::vector<DotUnit*> units,
           bool lock_step)
      : Module(std::move(processes)), banks_(std::move(banks)), units_(std::move(units)), lock_step_(lock_step) {}

  void evaluate(Edge edge) override {
    processes().back()->evaluate(edge);
    for (DotUnit* unit : units_) {
      unit->evaluate(edge);
    }
    const bool all_ready = std::all_of(units_.begin(), units_.end(), [](const DotUnit* unit) { return unit->ready(); });
    for (DotUnit* unit : units_) {
      if (unit->ready()) {
        unit->take(edge, all_ready || !lock_step_);
      }
    }
  }

 private:
  std::unique_ptr<Banks> banks_;
  std::vector<DotUnit*> units_;
  bool lock_step_;
};

}  // namespace

std::unique_ptr<Module> make_dot_array(const DotArraySpec& spec, std::uint32_t images, const std::vector<InPort>& ins,
                                       OutPort out) {
  const std::uint64_t accumulations = std::uint64_t{images} * spec.accumulations;
  if (spec.units == 0 || accumulations == 0 || spec.windows == 0 || spec.results == 0 || spec.pixel_buffers == 0 ||
      spec.service.size() != accumulations * spec.windows * spec.units) {
    throw std::invalid_argument("dot array: a parameter is 0, or the service times do not fit");
  }
  auto banks = std::make_unique<Banks>();
  banks->offered.resize(spec.units);
  std::vector<std::unique_ptr<Process>> processes;
  std::vector<DotUnit*> units;
  for (std::size_t u = 0; u < spec.units; ++u) {
    auto unit = std::make_unique<DotUnit>(spec, u, accumulations, *banks, ins[u], out);
    units.push_back(unit.get());
    processes.push_back(std::move(unit));
  }
  processes.push_back(std::make_unique<Drain>(spec, accumulations, *banks, ins.front(), out));
  return std::make_unique<DotArray>(std::move(banks), std::move(processes), std::move(units), spec.lock_step);
}

}  // namespace millrace::oracle
