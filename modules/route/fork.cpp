#include "modules/route/fork.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

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
    co_await millrace::copy<Word>(self, in_, out_, parameters_.words);
    self.end_image();
  }
}

template class Fork<Timing>;
template class Fork<Values>;

}  // namespace millrace
