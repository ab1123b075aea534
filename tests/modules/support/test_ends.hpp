// A source and a sink whose times are lists: what stands around a module under test.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "modules/process/module.hpp"

namespace millrace {

/// Cycles of work, one entry a word of all images.
using ServiceTimes = std::vector<std::uint32_t>;

/// For every word: work(service[k]); push.
template <typename Word>
class TestSource final : public Module {
 public:
  /// Sends words of no content where there are fewer words than service times.
  TestSource(std::string name, ServiceTimes service, std::vector<Word> words, Ends<Word> ends)
      : Module(std::move(name), "TestSource"),
        service_(std::move(service)),
        words_(std::move(words)),
        out_(*ends.out.at(0)) {
    words_.resize(service_.size());
    add_process({}, {&out_}, [this](Process& self) { return send(self); });
  }

 private:
  Body send(Process& self) {
    for (std::size_t k = 0; k < service_.size(); ++k) {
      self.work(Cycles{service_[k]});
      co_await self.push(out_, words_[k]);
    }
  }

  ServiceTimes service_;
  std::vector<Word> words_;
  Stream<Word>& out_;
};

/// For every word: pop; work(service[k]).
template <typename Word>
class TestSink final : public Module {
 public:
  /// Words go to `received`, which may be null.
  TestSink(std::string name, ServiceTimes service, std::vector<Word>* received, Ends<Word> ends)
      : Module(std::move(name), "TestSink"), service_(std::move(service)), received_(received), in_(*ends.in.at(0)) {
    add_process({&in_}, {}, [this](Process& self) { return receive(self); });
  }

 private:
  Body receive(Process& self) {
    for (const std::uint32_t cycles : service_) {
      Word word = co_await self.pop(in_);
      if (received_ != nullptr) {
        received_->push_back(std::move(word));
      }
      self.work(Cycles{cycles});
    }
  }

  ServiceTimes service_;
  std::vector<Word>* received_;
  Stream<Word>& in_;
};

}  // namespace millrace
