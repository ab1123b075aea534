#include "tests/oracle/dma.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tests/oracle/beat_process.hpp"

namespace millrace::oracle {
namespace {

// Counts the bursts of all images; the last one of an image may be shorter.
class Bursts {
 public:
  Bursts(std::uint32_t images, std::uint32_t words, std::uint32_t word_bytes, const MemorySpec& memory)
      : images_left_(images), words_(words), word_bytes_(word_bytes), left_(words) {
    if (words == 0 || word_bytes == 0) {
      throw std::invalid_argument("dma: no words, or words of no bytes");
    }
    longest_ = std::max<std::uint32_t>(1, memory.burst / word_bytes);
  }

  [[nodiscard]] bool done() const { return images_left_ == 0; }
  [[nodiscard]] std::uint32_t words() const { return std::min(longest_, left_); }
  [[nodiscard]] std::uint64_t bytes() const { return std::uint64_t{words()} * word_bytes_; }

  void step() {
    left_ -= words();
    if (left_ == 0) {
      left_ = words_;
      --images_left_;
    }
  }

 private:
  std::uint32_t images_left_;
  std::uint32_t words_;
  std::uint32_t word_bytes_;
  std::uint32_t longest_ = 1;
  std::uint32_t left_;  // words of this image in this and later bursts
};

class Fetch final : public BeatProcess {
 public:
  Fetch(Bursts bursts, Memory& memory, std::size_t client, OutPort out)
      : BeatProcess({}, {out}), bursts_(bursts), memory_(memory), client_(client) {}

 private:
  std::optional<Beat> next_beat() override {
    if (just_asked_) {
      just_asked_ = false;
      return Beat{false, 1, false};
    }
    if (bursts_.done()) {
      return std::nullopt;
    }
    return Beat{false, 0, true};
  }

  void pushed() override {
    memory_.request(client_, bursts_.bytes(), Memory::Kind::kRead);
    bursts_.step();
    just_asked_ = true;
  }

  Bursts bursts_;
  Memory& memory_;
  std::size_t client_;
  bool just_asked_ = false;
};

class Unpack final : public Process {
 public:
  Unpack(Bursts bursts, const Memory& memory, std::size_t client, InPort in, OutPort out)
      : Process({in}, {out}), bursts_(bursts), memory_(memory), client_(client) {}

 private:
  enum class State { kToken, kData, kPush };

  bool advance() override {
    switch (state_) {
      case State::kToken:
        if (bursts_.done()) {
          finish();
          return true;
        }
        if (!pop_all()) {
          return false;
        }
        ++token_;
        state_ = State::kData;
        return true;
      case State::kData:
        if (!starved_until(memory_.done(client_) >= token_, Want::kMemory)) {
          return false;
        }
        words_left_ = bursts_.words();
        state_ = State::kPush;
        return true;
      case State::kPush:
        if (!push_all()) {
          return false;
        }
        if (--words_left_ == 0) {
          bursts_.step();
          state_ = State::kToken;
        }
        return true;
    }
    throw std::logic_error("unpack: no such state");
  }

  Bursts bursts_;
  const Memory& memory_;
  std::size_t client_;
  State state_ = State::kToken;
  std::uint64_t token_ = 0;
  std::uint32_t words_left_ = 0;
};

class Pack final : public Process {
 public:
  Pack(Bursts bursts, InPort in, OutPort out) : Process({in}, {out}), bursts_(bursts), left_(bursts.words()) {}

 private:
  enum class State { kWord, kWork, kToken };

  bool advance() override {
    switch (state_) {
      case State::kWord:
        if (!pop_all()) {
          return false;
        }
        work(1);
        state_ = State::kWork;
        return true;
      case State::kWork:
        state_ = --left_ == 0 ? State::kToken : State::kWord;
        return true;
      case State::kToken:
        if (!push_all()) {
          return false;
        }
        bursts_.step();
        left_ = bursts_.words();
        state_ = State::kWord;
        if (bursts_.done()) {
          finish();
        }
        return true;
    }
    throw std::logic_error("pack: no such state");
  }

  Bursts bursts_;
  std::uint32_t left_;  // words of this burst
  State state_ = State::kWord;
};

class Post final : public Process {
 public:
  Post(Bursts bursts, std::uint32_t outstanding, Memory& memory, std::size_t client, InPort in)
      : Process({in}, {}), bursts_(bursts), outstanding_(outstanding), memory_(memory), client_(client) {}

 private:
  enum class State { kToken, kCredit, kWork, kLast };

  bool advance() override {
    switch (state_) {
      case State::kToken:
        if (!pop_all()) {
          return false;
        }
        state_ = State::kCredit;
        return true;
      case State::kCredit:
        if (!blocked_until(posted_ - memory_.done(client_) < outstanding_, Want::kMemory)) {
          return false;
        }
        memory_.request(client_, bursts_.bytes(), Memory::Kind::kWrite);
        ++posted_;
        bursts_.step();
        work(1);
        state_ = State::kWork;
        return true;
      case State::kWork:
        state_ = bursts_.done() ? State::kLast : State::kToken;
        return true;
      case State::kLast:
        if (!blocked_until(memory_.done(client_) == posted_, Want::kMemory)) {
          return false;
        }
        finish();
        return true;
    }
    throw std::logic_error("post: no such state");
  }

  Bursts bursts_;
  std::uint32_t outstanding_;
  Memory& memory_;
  std::size_t client_;
  State state_ = State::kToken;
  std::uint64_t posted_ = 0;
};

}  // namespace

Memory::Memory(const MemorySpec& spec) : spec_(spec) {
  if (spec.bytes_per_cycle == 0) {
    throw std::invalid_argument("memory: moves no bytes");
  }
}

std::size_t Memory::add_client() {
  done_.push_back(0);
  return done_.size() - 1;
}

void Memory::request(std::size_t client, std::uint64_t bytes, Kind kind) {
  const std::uint64_t cycles = (bytes + spec_.bytes_per_cycle - 1) / spec_.bytes_per_cycle;
  (kind == Kind::kRead ? reads_ : writes_).push_back({client, cycles});
}

bool Memory::tick() {
  queue_.insert(queue_.end(), reads_.begin(), reads_.end());
  queue_.insert(queue_.end(), writes_.begin(), writes_.end());
  reads_.clear();
  writes_.clear();

  const bool active = !queue_.empty() || !delayed_.empty();
  for (Request& request : delayed_) {
    --request.cycles_left;
  }
  if (!queue_.empty() && --queue_.front().cycles_left == 0) {
    delayed_.push_back({queue_.front().client, spec_.latency});
    queue_.pop_front();
  }
  while (!delayed_.empty() && delayed_.front().cycles_left == 0) {
    ++done_[delayed_.front().client];
    delayed_.pop_front();
  }
  return active;
}

std::unique_ptr<Module> make_dma_reader(const DmaReaderSpec& spec, const Netlist& netlist, Memory& memory,
                                        InPort bursts_in, OutPort bursts_out, OutPort out) {
  const Bursts bursts(netlist.images, spec.words, spec.word_bytes, netlist.memory);
  const std::size_t client = memory.add_client();
  std::vector<std::unique_ptr<Process>> processes;
  processes.push_back(std::make_unique<Fetch>(bursts, memory, client, bursts_out));
  processes.push_back(std::make_unique<Unpack>(bursts, memory, client, bursts_in, out));
  return std::make_unique<Module>(std::move(processes));
}

std::unique_ptr<Module> make_dma_writer(const DmaWriterSpec& spec, const Netlist& netlist, Memory& memory, InPort in,
                                        InPort bursts_in, OutPort bursts_out) {
  const Bursts bursts(netlist.images, spec.words, spec.word_bytes, netlist.memory);
  const std::size_t client = memory.add_client();
  const std::uint32_t outstanding = netlist.streams[spec.bursts].depth;
  std::vector<std::unique_ptr<Process>> processes;
  processes.push_back(std::make_unique<Pack>(bursts, in, bursts_out));
  processes.push_back(std::make_unique<Post>(bursts, outstanding, memory, client, bursts_in));
  return std::make_unique<Module>(std::move(processes));
}

}  // namespace millrace::oracle
