#include "modules/route/subsample.hpp"

#include <utility>

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
    for (std::int64_t row = 0; row < parameters_.height; ++row) {
      for (std::int64_t column = 0; column < parameters_.width; ++column) {
        const bool kept = row % parameters_.stride == 0 && column % parameters_.stride == 0;
        for (std::int64_t beat = 0; beat < parameters_.beats; ++beat) {
          Word word = co_await self.pop(in_);
          self.work(Cycles{1});
          if (kept) {
            co_await self.push(out_, std::move(word));
          }
        }
      }
    }
    self.end_image();
  }
}

template class Subsample<Timing>;
template class Subsample<Values>;

}  // namespace millrace
