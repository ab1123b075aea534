#ifndef MILLRACE_TESTS_ORACLE_NETLIST_HPP
#define MILLRACE_TESTS_ORACLE_NETLIST_HPP

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

// The netlist that the oracle runs: plain data, its own, so that nothing is shared with the product but the contract.
namespace millrace::oracle {

using StreamIndex = std::size_t;

// FIFO with capacity depth + latency - 1. The stream into a DotArray is its broadcast stream: depth is Q, and every dot
// unit reads every word.
struct StreamSpec {
  std::uint32_t depth = 2;
  std::uint32_t latency = 1;
};

// The map that enters a module; `channels` is a multiple of `lanes`.
struct Shape {
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  std::uint32_t channels = 1;
  std::uint32_t lanes = 1;

  [[nodiscard]] std::uint32_t beats() const { return channels / lanes; }
  [[nodiscard]] std::uint32_t pixels() const { return height * width; }
  [[nodiscard]] std::uint32_t words() const { return pixels() * beats(); }
  friend bool operator==(const Shape&, const Shape&) = default;
};

// For every word: work(service[k]), push. One entry for every word of all images.
struct SourceSpec {
  StreamIndex out = 0;
  std::vector<std::uint32_t> service;
};

// For every word: pop, work(service[k]). One entry for every word of all images.
struct SinkSpec {
  StreamIndex in = 0;
  std::vector<std::uint32_t> service;
};

struct ForkSpec {
  StreamIndex in = 0;
  std::vector<StreamIndex> outs;
  std::uint32_t words = 1;  // per image
};

struct AddSpec {
  std::vector<StreamIndex> ins;
  StreamIndex out = 0;
  std::uint32_t words = 1;  // per image
};

// Maps of equal height and width, with equal lanes; `beats` are the words a pixel of each input.
struct ConcatSpec {
  std::vector<StreamIndex> ins;
  StreamIndex out = 0;
  std::uint32_t pixels = 1;  // per image
  std::vector<std::uint32_t> beats;
};

// Behind a SlidingWindow, window by window.
struct PoolSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  std::uint32_t windows = 1;  // per image, each beat counted
};

struct PointwiseSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  std::uint32_t words = 1;  // per image
};

struct SubsampleSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  Shape shape;
  std::uint32_t stride = 1;
};

struct ChannelPadSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  Shape shape;
  std::uint32_t before = 0;  // channels, a multiple of the lanes
  std::uint32_t after = 0;   // channels, a multiple of the lanes
};

// From shape.lanes to `to` lanes.
struct RebundleSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  Shape shape;
  std::uint32_t to = 1;
};

struct GlobalPoolSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  Shape shape;
};

struct SlidingWindowSpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  Shape shape;
  std::uint32_t kernel = 1;
  std::uint32_t stride = 1;
  std::uint32_t top = 0;
  std::uint32_t bottom = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;

  [[nodiscard]] std::uint32_t out_height() const { return (shape.height + top + bottom - kernel) / stride + 1; }
  [[nodiscard]] std::uint32_t out_width() const { return (shape.width + left + right - kernel) / stride + 1; }
};

// Q is the depth of stream `in`, L the latency of stream `out`.
struct DotArraySpec {
  StreamIndex in = 0;
  StreamIndex out = 0;
  std::uint32_t units = 1;          // U
  std::uint32_t accumulations = 1;  // A, per image
  std::uint32_t windows = 1;        // B, per accumulation
  std::uint32_t results = 1;        // R, output words per accumulation
  std::uint32_t pixel_buffers = 2;  // P
  bool lock_step = false;
  std::vector<std::uint32_t> service;  // S[k][u] at k * units + u, for images * A * B windows
};

// The depth of stream `bursts` (latency 1), which carries the tokens from Fetch to Unpack, is `outstanding`.
struct DmaReaderSpec {
  StreamIndex bursts = 0;
  StreamIndex out = 0;
  std::uint32_t word_bytes = 1;
  std::uint32_t words = 1;  // per image
};

// The depth of stream `bursts` (latency 1), which carries the tokens from Pack to Post, is `outstanding`.
struct DmaWriterSpec {
  StreamIndex in = 0;
  StreamIndex bursts = 0;
  std::uint32_t word_bytes = 1;
  std::uint32_t words = 1;  // per image
};

using ModuleSpec =
    std::variant<SourceSpec, SinkSpec, ForkSpec, AddSpec, SubsampleSpec, ChannelPadSpec, RebundleSpec, GlobalPoolSpec,
                 SlidingWindowSpec, DotArraySpec, DmaReaderSpec, DmaWriterSpec, ConcatSpec, PoolSpec, PointwiseSpec>;

struct MemorySpec {
  std::uint32_t bytes_per_cycle = 8;
  std::uint32_t latency = 0;
  std::uint32_t burst = 64;  // bytes
};

// Every stream has exactly one writer and one reader. Modules may stand in any order.
struct Netlist {
  std::uint32_t images = 1;
  MemorySpec memory;  // shared by all DMA modules
  std::vector<StreamSpec> streams;
  std::vector<ModuleSpec> modules;
};

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_NETLIST_HPP
