#include "modules/route/channel_pad.hpp"

#include <utility>

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
  const std::int64_t data_begin = parameters_.beats_before;
  const std::int64_t data_end = data_begin + parameters_.beats;
  const std::int64_t beats = data_end + parameters_.beats_after;
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t pixel = 0; pixel < parameters_.pixels; ++pixel) {
      for (std::int64_t beat = 0; beat < beats; ++beat) {
        Word word = zeros<Word>(parameters_.lanes);
        if (beat >= data_begin && beat < data_end) {
          word = co_await self.pop(in_);
        }
        self.work(Cycles{1});
        co_await self.push(out_, std::move(word));
      }
    }
    self.end_image();
  }
}

template class ChannelPad<Timing>;
template class ChannelPad<Values>;

}  // namespace millrace
