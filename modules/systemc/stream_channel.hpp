// A stream as a SystemC channel: one writer and one reader, bound through ports.
#pragma once

#include <stdexcept>
#include <string>
#include <systemc>
#include <utility>

#include "modules/stream/stream.hpp"

namespace millrace {

/// The reader's end.
template <typename Word>
class StreamReaderIf : public virtual sc_core::sc_interface {
 public:
  virtual Stream<Word>& reader_end() = 0;
};

/// The writer's end.
template <typename Word>
class StreamWriterIf : public virtual sc_core::sc_interface {
 public:
  virtual Stream<Word>& writer_end() = 0;
};

/// Example: StreamChannel<Timing> s("a -> b", Depth{2}, Cycles{1});  producer.out[0](s);  consumer.in[0](s);
template <typename Word>
class StreamChannel final : public sc_core::sc_object, public StreamReaderIf<Word>, public StreamWriterIf<Word> {
 public:
  StreamChannel(std::string name, Depth depth, Cycles latency)
      : sc_core::sc_object(sc_core::sc_gen_unique_name("stream")), stream_(std::move(name), depth, latency) {}

  Stream<Word>& reader_end() override { return stream_; }
  Stream<Word>& writer_end() override { return stream_; }
  Stream<Word>& stream() { return stream_; }

  /// Throws std::logic_error if an end is bound twice.
  void register_port(sc_core::sc_port_base&, const char* interface_name) override {
    bool& bound = std::string(interface_name) == typeid(StreamReaderIf<Word>).name() ? reader_bound_ : writer_bound_;
    if (std::exchange(bound, true)) {
      throw std::logic_error("stream " + stream_.name() + ": an end is bound twice; a Fork copies a stream");
    }
  }

 private:
  Stream<Word> stream_;
  bool reader_bound_ = false;
  bool writer_bound_ = false;
};

}  // namespace millrace
