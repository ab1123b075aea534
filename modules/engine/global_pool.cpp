#include "modules/engine/global_pool.hpp"

#include <utility>

namespace millrace {
namespace {

/// One running sum a beat.
template <typename Word>
class Sums;

template <>
class Sums<Timing> {
 public:
  explicit Sums(std::int64_t) {}
  void add(std::int64_t, const Timing&) {}
  Timing remove(std::int64_t) { return {}; }
};

template <>
class Sums<Values> {
 public:
  explicit Sums(std::int64_t beats) : sums_(static_cast<std::size_t>(beats)) {}
  void add(std::int64_t beat, const Values& word) {
    Values& sum = sums_[static_cast<std::size_t>(beat)];
    sum.lanes.resize(word.lanes.size());
    for (std::size_t lane = 0; lane < word.lanes.size(); ++lane) {
      sum.lanes[lane] += word.lanes[lane];
    }
  }
  Values remove(std::int64_t beat) { return std::exchange(sums_[static_cast<std::size_t>(beat)], {}); }

 private:
  std::vector<Values> sums_;
};

}  // namespace

template <typename Word>
GlobalPool<Word>::GlobalPool(std::string name, GlobalPoolParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "GlobalPool"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return pool(self); });
}

template <typename Word>
Body GlobalPool<Word>::pool(Process& self) {
  Sums<Word> sums(parameters_.beats);
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t pixel = 0; pixel < parameters_.pixels; ++pixel) {
      for (std::int64_t beat = 0; beat < parameters_.beats; ++beat) {
        sums.add(beat, co_await self.pop(in_));
        self.work(Cycles{1});
        if (pixel + 1 == parameters_.pixels) {
          co_await self.push(out_, sums.remove(beat));
        }
      }
    }
    self.end_image();
  }
}

template class GlobalPool<Timing>;
template class GlobalPool<Values>;

}  // namespace millrace
