#include "modules/route/concat.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

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
        co_await pass(self, *in_[input], out_, parameters_.beats[input], [](Word word) { return word; });
      }
    }
    self.end_image();
  }
}

template class Concat<Timing>;
template class Concat<Values>;

}  // namespace millrace
