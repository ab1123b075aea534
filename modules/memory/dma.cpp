#include "modules/memory/dma.hpp"

#include <algorithm>
#include <utility>

#include "modules/process/transfer.hpp"

namespace millrace {
namespace {

// Order of requests at the same edge.
constexpr int kReaderRank = 0;
constexpr int kWriterRank = 1;

template <typename Word>
Word decode(std::span<const std::uint8_t> bytes);

template <>
Timing decode<Timing>(std::span<const std::uint8_t>) {
  return {};
}

template <>
Values decode<Values>(std::span<const std::uint8_t> bytes) {
  Values word;
  std::transform(bytes.begin(), bytes.end(), std::back_inserter(word.lanes),
                 [](std::uint8_t byte) { return static_cast<std::int8_t>(byte); });
  return word;
}

void encode(const Timing&, std::span<std::uint8_t>) {}

void encode(const Values& word, std::span<std::uint8_t> bytes) {
  std::transform(word.lanes.begin(), word.lanes.end(), bytes.begin(),
                 [](std::int32_t lane) { return static_cast<std::uint8_t>(lane); });
}

/// Words of the burst that starts at word `first` of an image.
std::int64_t words_of_burst(const DmaParameters& parameters, std::int64_t first) {
  return std::min(parameters.burst_words(), parameters.words - first);
}

std::uint64_t address_of(const DmaParameters& parameters, std::int64_t image, std::int64_t word) {
  return parameters.address + static_cast<std::uint64_t>((image * parameters.words + word) * parameters.word_bytes);
}

std::span<std::uint8_t> bytes_of_word(std::vector<std::uint8_t>& burst, std::int64_t word, std::int64_t word_bytes) {
  return std::span(burst).subspan(static_cast<std::size_t>(word * word_bytes), static_cast<std::size_t>(word_bytes));
}

}  // namespace

template <typename Word>
DmaReader<Word>::DmaReader(std::string name, DmaParameters parameters, Images images, MemoryPort& memory,
                           ImageObserver& observer, Ends<Word> ends)
    : Module(name, "DmaReader"),
      parameters_(parameters),
      images_(images),
      memory_(memory),
      observer_(observer),
      bursts_(name + ".bursts", Depth{parameters.outstanding}, Cycles{1}),
      out_(*ends.out.at(0)) {
  add_process("unpack", "DmaUnpack", {&bursts_}, {&out_}, [this](Process& self) { return unpack(self); });
  add_process(
      "fetch", "DmaFetch", {}, {&bursts_}, [this](Process& self) { return fetch(self); }, kReaderRank);
}

template <typename Word>
Body DmaReader<Word>::fetch(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    self.wait_for_input(0, Cycle{image * parameters_.image_interval.count()});
    for (std::int64_t first = 0; first < parameters_.words; first += parameters_.burst_words()) {
      co_await self.room(bursts_);
      self.wait_for_room(self.outputs());
      co_await self.synchronise();
      ReadBurst burst;
      burst.bytes.resize(static_cast<std::size_t>(words_of_burst(parameters_, first) * parameters_.word_bytes));
      burst.done = memory_.read(address_of(parameters_, image, first), burst.bytes, self.now());
      bursts_.push(self.now(), std::move(burst));
      self.work(Cycles{1});
    }
    self.end_image();
  }
}

template <typename Word>
Body DmaReader<Word>::unpack(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t first = 0; first < parameters_.words; first += parameters_.burst_words()) {
      ReadBurst burst = co_await self.pop(bursts_);
      self.wait_for_input(0, burst.done);
      std::int64_t word = 0;
      const auto next = [&] { return decode<Word>(bytes_of_word(burst.bytes, word++, parameters_.word_bytes)); };
      if (first == 0) {
        co_await self.push(out_, next());
        observer_.entered(image, self.now());
      }
      co_await give(self, out_, words_of_burst(parameters_, first) - word, next);
    }
    self.end_image();
  }
}

template <typename Word>
DmaWriter<Word>::DmaWriter(std::string name, DmaParameters parameters, Images images, MemoryPort& memory,
                           ImageObserver& observer, Ends<Word> ends)
    : Module(name, "DmaWriter"),
      parameters_(parameters),
      images_(images),
      memory_(memory),
      observer_(observer),
      in_(*ends.in.at(0)),
      bursts_(name + ".bursts", Depth{parameters.outstanding}, Cycles{1}) {
  add_process("pack", "DmaPack", {&in_}, {&bursts_}, [this](Process& self) { return pack(self); });
  add_process(
      "post", "DmaPost", {&bursts_}, {}, [this](Process& self) { return post(self); }, kWriterRank);
}

template <typename Word>
Body DmaWriter<Word>::pack(Process& self) {
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t first = 0; first < parameters_.words; first += parameters_.burst_words()) {
      const std::int64_t words = words_of_burst(parameters_, first);
      std::vector<std::uint8_t> burst(static_cast<std::size_t>(words * parameters_.word_bytes));
      std::int64_t word = first;
      co_await drop(self, in_, words, [&](const Word& popped) {
        encode(popped, bytes_of_word(burst, word - first, parameters_.word_bytes));
        if (++word == parameters_.words) {
          observer_.left(image, self.now());
        }
      });
      co_await self.push(bursts_, std::move(burst));
    }
    self.end_image();
  }
}

template <typename Word>
Body DmaWriter<Word>::post(Process& self) {
  std::deque<Cycle> under_way;
  for (std::int64_t image = 0; image < images_.count; ++image) {
    for (std::int64_t first = 0; first < parameters_.words; first += parameters_.burst_words()) {
      const std::vector<std::uint8_t> burst = co_await self.pop(bursts_);
      if (std::ssize(under_way) == parameters_.outstanding) {
        self.wait_for_output(0, under_way.front());
        under_way.pop_front();
      }
      co_await self.synchronise();
      under_way.push_back(memory_.write(address_of(parameters_, image, first), burst, self.now()));
      self.work(Cycles{1});
    }
    self.end_image();
  }
  for (const Cycle done : under_way) {
    self.wait_for_output(0, done);
  }
}

template class DmaReader<Timing>;
template class DmaReader<Values>;
template class DmaWriter<Timing>;
template class DmaWriter<Values>;

}  // namespace millrace
