#include "modules/engine/pointwise.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

template <typename Word>
Word changed(PointwiseFunction<Word>* function, const Word& word) {
  return function->apply(word);
}
template <>
Timing changed<Timing>(PointwiseFunction<Timing>*, const Timing&) {
  return {};
}

}  // namespace

template <typename Word>
Pointwise<Word>::Pointwise(std::string name, PointwiseParameters parameters, Images images,
                           PointwiseFunction<Word>* function, Ends<Word> ends)
    : Module(std::move(name), "Pointwise"),
      parameters_(parameters),
      images_(images),
      function_(function),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return change(self); });
}

template <typename Word>
Body Pointwise<Word>::change(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    co_await pass(self, in_, out_, parameters_.words, [this](const Word& word) { return changed(function_, word); });
    self.end_image();
  }
}

template class Pointwise<Timing>;
template class Pointwise<Values>;

}  // namespace millrace
