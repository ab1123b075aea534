#include "modules/engine/global_pool.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

/// One running sum a beat, beat after beat.
template <typename Word>
class Sums;

template <>
class Sums<Timing> {
 public:
  explicit Sums(std::int64_t) {}
  void add(const Timing&) {}
  Timing add_last(const Timing&) { return {}; }
};

template <>
class Sums<Values> {
 public:
  explicit Sums(std::int64_t beats) : sums_(static_cast<std::size_t>(beats)) {}
  void add(const Values& word) {
    Values& sum = sums_[beat_];
    sum.lanes.resize(word.lanes.size());
    for (std::size_t lane = 0; lane < word.lanes.size(); ++lane) {
      sum.lanes[lane] += word.lanes[lane];
    }
    beat_ = (beat_ + 1) % sums_.size();
  }
  Values add_last(const Values& word) {
    Values& sum = sums_[beat_];
    add(word);
    return std::exchange(sum, {});
  }

 private:
  std::vector<Values> sums_;
  std::size_t beat_ = 0;
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
    co_await drop(self, in_, (parameters_.pixels - 1) * parameters_.beats, [&](const Word& word) { sums.add(word); });
    co_await pass(self, in_, out_, parameters_.beats, [&](const Word& word) { return sums.add_last(word); });
    self.end_image();
  }
}

template class GlobalPool<Timing>;
template class GlobalPool<Values>;

}  // namespace millrace
