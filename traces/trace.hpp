// A trace: a network, and for every layer with weights which activations and which weights are not zero.
//
// File format (traces/README.md): safetensors. The file is memory-mapped; nothing in it is executed. Masks are bit
// packed along channels, `numpy.packbits(bitorder="little")`: channel c is bit c % 8 of byte c / 8, 1 = not zero.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "traces/network.hpp"

namespace millrace::traces {

/// One image that was run through the network.
struct ImageInfo {
  std::string name;
  std::optional<std::int64_t> label;  ///< class index, where the image list gave one
  std::optional<std::int64_t> top1;   ///< class that the network chose
};

/// How a trace came to be; printed and passed on, never interpreted.
struct Provenance {
  std::string model;             ///< file name of the model
  std::string preprocessing;     ///< resolved preprocessing, e.g. "size=32,scale=...,mean=...,std=..."
  std::optional<double> pruned;  ///< fraction of weights set to zero in every pruned layer
  std::string weight_hash;       ///< 16 hex digits over all weight masks and weight values, equal in all shards
  std::string capture_version;   ///< version of Millrace that captured it
  std::string pruned_nm = {};    ///< "2:4": at most 2 weights of every 4 along the channels are not zero
  std::optional<std::int64_t> bits = {};   ///< to which weights and activations were rounded
  std::vector<std::string> left_out = {};  ///< nodes at the end of the model that are no part of the network
};

/// Bit masks in memory: `outer` x `rows` x `columns` positions of `bytes` bytes (ceil(channels / 8)).
/// Activations: outer = images, rows x columns = H x W. Weights: outer = filters, rows x columns = Kh x Kw.
class MaskView {
 public:
  MaskView(std::span<const std::uint8_t> data, std::int64_t outer, std::int64_t rows, std::int64_t columns,
           std::int64_t bytes)
      : data_(data), outer_(outer), rows_(rows), columns_(columns), bytes_(bytes) {}

  std::int64_t outer() const { return outer_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  std::int64_t bytes() const { return bytes_; }
  /// The ceil(channels / 8) bytes of one position.
  std::span<const std::uint8_t> at(std::int64_t outer, std::int64_t row, std::int64_t column) const {
    return data_.subspan(static_cast<std::size_t>(((outer * rows_ + row) * columns_ + column) * bytes_),
                         static_cast<std::size_t>(bytes_));
  }
  std::span<const std::uint8_t> data() const { return data_; }

 private:
  std::span<const std::uint8_t> data_;
  std::int64_t outer_, rows_, columns_, bytes_;
};

/// Codes of one tensor: value = code * scale. A mask bit decides what is zero; a non-zero value never has code 0.
struct CodeView {
  std::span<const std::uint8_t> data;  ///< raw bytes; two's complement where is_signed
  bool is_signed = true;
  double scale = 1.0;
};

/// An open trace file, checked from end to end: whatever it returns is inside the file and fits the network.
class Trace {
 public:
  /// Throws TraceError: missing, empty, truncated or inconsistent file, with file, place and remedy.
  static Trace open(const std::filesystem::path& file);

  Trace(Trace&&) noexcept;
  Trace& operator=(Trace&&) noexcept;
  ~Trace();

  const std::filesystem::path& file() const;
  const Network& network() const;
  const Provenance& provenance() const;
  const std::vector<ImageInfo>& images() const;
  /// False for a file without masks: a network only, enough to plan.
  bool has_masks() const;
  /// CRC-64/XZ of the whole file, 16 hex digits.
  const std::string& hash() const;

  /// Mask of the edge that a layer with weights reads. Throws TraceError if the trace has none for it.
  MaskView activation_mask(EdgeId edge) const;
  MaskView weight_mask(LayerId layer) const;
  /// Takes a part of a mask out of memory until it is read again: for whoever reads many images, one after the other.
  void release(std::span<const std::uint8_t> part) const;
  std::optional<CodeView> activation_codes(EdgeId edge) const;
  std::optional<CodeView> weight_codes(LayerId layer) const;

 private:
  struct Contents;
  explicit Trace(std::unique_ptr<Contents> contents);
  std::unique_ptr<Contents> contents_;
};

}  // namespace millrace::traces
