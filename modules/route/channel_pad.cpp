#include "modules/route/channel_pad.hpp"

#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

template <typename Word>
Word zeros(std::int64_t lanes);

template <>
Timing zeros<Timing>(std::int64_t) {
  return {};
}

template <>
Values zeros<Values>(std::int64_t lanes) {
  return {std::vector<std::int32_t>(static_cast<std::size_t>(lanes))};
}

}  // namespace

template <typename Word>
ChannelPad<Word>::ChannelPad(std::string name, ChannelPadParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "ChannelPad"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return pad(self); });
}

template <typename Word>
Body ChannelPad<Word>::pad(Process& self) {
  const auto zero = [this] { return zeros<Word>(parameters_.lanes); };
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t pixel = 0; pixel < parameters_.pixels; ++pixel) {
      co_await make(self, out_, parameters_.beats_before, zero);
      co_await pass(self, in_, out_, parameters_.beats, [](Word word) { return word; });
      co_await make(self, out_, parameters_.beats_after, zero);
    }
    self.end_image();
  }
}

template class ChannelPad<Timing>;
template class ChannelPad<Values>;

}  // namespace millrace
