#include "modules/route/rebundle.hpp"

#include <deque>
#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

/// Channels between the two widths.
template <typename Word>
class Store;

template <>
class Store<Timing> {
 public:
  void add(const Timing&) {}
  Timing remove(std::int64_t) { return {}; }
};

template <>
class Store<Values> {
 public:
  void add(const Values& word) { channels_.insert(channels_.end(), word.lanes.begin(), word.lanes.end()); }
  Values remove(std::int64_t lanes) {
    Values word{{channels_.begin(), channels_.begin() + lanes}};
    channels_.erase(channels_.begin(), channels_.begin() + lanes);
    return word;
  }

 private:
  std::deque<std::int32_t> channels_;
};

}  // namespace

template <typename Word>
Rebundle<Word>::Rebundle(std::string name, RebundleParameters parameters, Images images, Ends<Word> ends)
    : Module(std::move(name), "Rebundle"),
      parameters_(parameters),
      images_(images),
      in_(*ends.in.at(0)),
      out_(*ends.out.at(0)) {
  add_process({&in_}, {&out_}, [this](Process& self) { return regroup(self); });
}

template <typename Word>
Body Rebundle<Word>::regroup(Process& self) {
  Store<Word> store;
  const std::int64_t words = parameters_.pixels * parameters_.channels / parameters_.lanes_out;
  for (std::int64_t image = 0; image < images_.count; ++image) {
    co_await RegroupWords<Word, Store<Word>>(self, in_, out_, {parameters_.lanes_in, parameters_.lanes_out}, words,
                                             store);
    self.end_image();
  }
}

template class Rebundle<Timing>;
template class Rebundle<Values>;

}  // namespace millrace
