#include "modules/route/fork.hpp"

#include <utility>

namespace millrace {

template <typename Word>
Fork<Word>::Fork(std::string name, ForkParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Fork"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(std::move(ends.out)) {
  add_process({&in_}, ports(out_), [this](Process& self) { return copy(self); });
}

template <typename Word>
Body Fork<Word>::copy(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t k = 0; k < parameters_.words; ++k) {
      const Word word = co_await self.pop(in_);
      self.work(Cycles{1});
      for (Stream<Word>* out : out_) {
        co_await self.room(*out);
      }
      self.wait_for_room(self.outputs());
      for (Stream<Word>* out : out_) {
        out->push(self.now(), word);
      }
    }
    self.end_image();
  }
}

template class Fork<Timing>;
template class Fork<Values>;

}  // namespace millrace
