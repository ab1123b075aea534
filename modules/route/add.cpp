#include "modules/route/add.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

void accumulate(Timing&, const Timing&) {}

void accumulate(Values& sum, const Values& term) {
  sum.lanes.resize(term.lanes.size());
  for (std::size_t lane = 0; lane < term.lanes.size(); ++lane) {
    sum.lanes[lane] += term.lanes[lane];
  }
}

}  // namespace

template <typename Word>
Add<Word>::Add(std::string name, AddParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Add"),
      parameters_(parameters),
      images_(images),
      in_(std::move(ends.in)),
      out_(*ends.out.at(0)) {
  add_process(ports(in_), {&out_}, [this](Process& self) { return join(self); });
}

template <typename Word>
Body Add<Word>::join(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    co_await millrace::join<Word>(self, in_, out_, parameters_.words,
                                  [](Word& sum, const Word& term) { accumulate(sum, term); });
    self.end_image();
  }
}

template class Add<Timing>;
template class Add<Values>;

}  // namespace millrace
