#include "modules/route/concat.hpp"

#include <utility>

namespace millrace {

template <typename Word>
Concat<Word>::Concat(std::string name, ConcatParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Concat"),
      parameters_(std::move(parameters)),
      images_(images),
      in_(std::move(ends.in)),
      out_(*ends.out.at(0)) {
  add_process(ports(in_), {&out_}, [this](Process& self) { return join(self); });
}

template <typename Word>
Body Concat<Word>::join(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t pixel = 0; pixel < parameters_.pixels; ++pixel) {
      for (std::size_t input = 0; input < in_.size(); ++input) {
        for (std::int64_t beat = 0; beat < parameters_.beats[input]; ++beat) {
          Word word = co_await self.pop(*in_[input]);
          self.work(Cycles{1});
          co_await self.push(out_, std::move(word));
        }
      }
    }
    self.end_image();
  }
}

template class Concat<Timing>;
template class Concat<Values>;

}  // namespace millrace
