#include "modules/route/subsample.hpp"

#include <algorithm>
#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {

template <typename Word>
Subsample<Word>::Subsample(std::string name, SubsampleParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Subsample"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return keep(self); });
}

template <typename Word>
Body Subsample<Word>::keep(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t row = 0; row < parameters_.height; row += parameters_.stride) {
      for (std::int64_t column = 0; column < parameters_.width; column += parameters_.stride) {
        const std::int64_t others = std::min(parameters_.stride, parameters_.width - column) - 1;
        co_await pass(self, in_, out_, parameters_.beats, [](Word word) { return word; });
        co_await drop(self, in_, others * parameters_.beats, [](const Word&) {});
      }
      const std::int64_t others = std::min(parameters_.stride, parameters_.height - row) - 1;
      co_await drop(self, in_, others * parameters_.width * parameters_.beats, [](const Word&) {});
    }
    self.end_image();
  }
}

template class Subsample<Timing>;
template class Subsample<Values>;

}  // namespace millrace
