// The safetensors container: an 8-byte little-endian header length, a JSON header, and the tensors' bytes.
//
// Millrace is stricter than the format asks for: tensors are listed in the order of their bytes, without holes, and the
// last one ends at the end of the file. So a file that was cut off or pieced together is always noticed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "traces/mapped_file.hpp"

namespace millrace::traces {

struct TensorInfo {
  std::string name;
  std::string dtype;                ///< "U8", "I8", "F32", ...
  std::vector<std::int64_t> shape;  ///< row-major
  std::uint64_t begin = 0;          ///< first byte, counted from the first byte after the header
  std::uint64_t end = 0;            ///< one past the last byte
};

/// An open container, its header checked.
class SafetensorsFile {
 public:
  /// Throws TraceError "<file>: <what, where, remedy>".
  static SafetensorsFile open(const std::filesystem::path& file);

  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  std::span<const std::uint8_t> data(const TensorInfo& tensor) const;
  /// The whole file.
  std::span<const std::uint8_t> bytes() const { return file_.bytes(); }
  /// Takes a part of the file out of memory until it is read again.
  void release(std::span<const std::uint8_t> part) const { file_.release(part); }

 private:
  explicit SafetensorsFile(MappedFile file);
  void read_header();

  MappedFile file_;
  std::uint64_t data_begin_ = 0;
  std::vector<TensorInfo> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// The first bytes of a new file: length and JSON, filled up with spaces so that the tensors begin at a multiple of 64.
/// They are never fewer than `least_bytes`. Gives every tensor its `begin` and `end`. Throws TraceError if the header
/// is longer than a reader accepts.
std::string lay_out_safetensors(std::vector<TensorInfo>& tensors, const std::map<std::string, std::string>& metadata,
                                std::size_t least_bytes = 0);

}  // namespace millrace::traces
