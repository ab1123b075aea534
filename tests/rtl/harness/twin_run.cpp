#include "tests/rtl/harness/twin_run.hpp"

#include <algorithm>

namespace millrace::rtl {
namespace {

/// For every word: work(service[k]); push. Drives the near end of a stream.
struct SourceEnd {
  std::size_t stream;
  const PortStream* shape;
  const ServiceTimes* service;
  const std::vector<Values>* words;
  std::size_t next = 0;
  std::int64_t now = 0;

  bool offers(std::int64_t edge) const { return next < service->size() && edge >= now + (*service)[next]; }
};

/// For every word: pop; work(service[k]).
struct SinkEnd {
  std::size_t stream;
  const ServiceTimes* service;
  std::size_t next = 0;
  std::int64_t now = 0;

  bool takes(std::int64_t edge) const { return next < service->size() && edge >= now; }
};

/// What is recorded of one stream; no shape for one inside a twin, of which only the edges count.
struct Watched {
  std::size_t stream;
  const PortStream* shape;
  StreamRecord* record;
};

std::int32_t sign_extended(std::uint32_t bits, std::size_t width) {
  const std::size_t spare = 32 - width;
  return static_cast<std::int32_t>(bits << spare) >> spare;
}

class Bench {
 public:
  Bench(TwinTop& top, const Grid& grid, const std::vector<Stimulus>& stimuli)
      : top_(top), slot_bits_(grid.slot_bits), records_(grid.cases.size()) {
    for (std::size_t index = 0; index < grid.cases.size(); ++index) {
      stand_around(grid.cases[index], stimuli[index], records_[index]);
    }
  }

  std::vector<CaseRecord> run(std::int64_t last_edge) {
    top_.reset();
    for (std::int64_t edge = 0; edge <= last_edge; ++edge) {
      drive(edge);
      top_.settle();
      record(edge);
      advance(edge);
      top_.clock();
    }
    return std::move(records_);
  }

 private:
  void stand_around(const TwinCase& twin_case, const Stimulus& stimulus, CaseRecord& record) {
    record.resize(twin_case.streams());
    for (std::size_t port = 0; port < twin_case.streams(); ++port) {
      watched_.push_back({twin_case.first_stream + port, shape_of(twin_case, port), &record[port]});
    }
    for (std::size_t port = 0; port < twin_case.in.size(); ++port) {
      sources_.push_back(
          {twin_case.first_stream + port, &twin_case.in[port], &stimulus.sources[port], &stimulus.words[port]});
    }
    const std::size_t sinks = twin_case.out.empty() ? 0 : twin_case.in.size();
    for (std::size_t port = 0; port < stimulus.sinks.size(); ++port) {
      sinks_.push_back({twin_case.first_stream + sinks + port, &stimulus.sinks[port]});
    }
  }

  static const PortStream* shape_of(const TwinCase& twin_case, std::size_t port) {
    if (port < twin_case.in.size()) {
      return &twin_case.in[port];
    }
    const std::size_t out = port - twin_case.in.size();
    return out < twin_case.out.size() ? &twin_case.out[out] : nullptr;
  }

  void drive(std::int64_t edge) {
    for (const SourceEnd& source : sources_) {
      const bool offers = source.offers(edge);
      top_.set_source(source.stream, offers);
      if (offers) {
        write(source, (*source.words)[source.next]);
      }
    }
    for (const SinkEnd& sink : sinks_) {
      top_.set_sink(sink.stream, sink.takes(edge));
    }
  }

  void write(const SourceEnd& source, const Values& word) {
    const auto bits = static_cast<std::size_t>(source.shape->bits);
    std::size_t lsb = source.stream * slot_bits_;
    for (const std::int32_t lane : word.lanes) {
      top_.set_source_bits(lsb, bits, static_cast<std::uint32_t>(lane));
      lsb += bits;
    }
  }

  template <typename ReadBits>
  Values read(const Watched& watched, ReadBits read_bits) const {
    Values word;
    const auto bits = static_cast<std::size_t>(watched.shape->bits);
    std::size_t lsb = watched.stream * slot_bits_;
    for (std::int64_t lane = 0; lane < watched.shape->lanes; ++lane) {
      word.lanes.push_back(sign_extended(read_bits(lsb, bits), bits));
      lsb += bits;
    }
    return word;
  }

  void record(std::int64_t edge) {
    for (const Watched& watched : watched_) {
      if (top_.pushes(watched.stream)) {
        watched.record->edges.pushes.push_back(edge);
        if (watched.shape != nullptr && !watched.shape->is_late) {
          watched.record->pushed.push_back(
              read(watched, [&](std::size_t lsb, std::size_t bits) { return top_.pushed_bits(lsb, bits); }));
        }
      }
      if (top_.pops(watched.stream)) {
        watched.record->edges.pops.push_back(edge);
        if (watched.shape != nullptr) {
          watched.record->popped.push_back(
              read(watched, [&](std::size_t lsb, std::size_t bits) { return top_.popped_bits(lsb, bits); }));
        }
      }
    }
  }

  void advance(std::int64_t edge) {
    for (SourceEnd& source : sources_) {
      if (top_.pushes(source.stream)) {
        source.now = edge;
        ++source.next;
      }
    }
    for (SinkEnd& sink : sinks_) {
      if (top_.pops(sink.stream)) {
        sink.now = edge + (*sink.service)[sink.next];
        ++sink.next;
      }
    }
  }

  TwinTop& top_;
  std::size_t slot_bits_;
  std::vector<CaseRecord> records_;
  std::vector<Watched> watched_;
  std::vector<SourceEnd> sources_;
  std::vector<SinkEnd> sinks_;
};

}  // namespace

std::vector<CaseRecord> run_twins(TwinTop& top, const Grid& grid, const std::vector<Stimulus>& stimuli,
                                  std::int64_t last_edge) {
  return Bench(top, grid, stimuli).run(last_edge);
}

}  // namespace millrace::rtl
