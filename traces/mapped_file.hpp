// A whole file, mapped for reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace millrace::traces {

class MappedFile {
 public:
  /// Throws TraceError: missing or unreadable file, something that is not a regular file. An empty file has no bytes.
  explicit MappedFile(const std::filesystem::path& file);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Takes the whole pages of a part of a mapped file out of this program's memory; when they are read again, they come
/// back. Of nothing but mapped files: other memory would lose what it holds.
void release_pages(std::span<const std::uint8_t> part);

}  // namespace millrace::traces
