// A file that appears under its name only when it is complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace millrace::traces {

/// Removes the partial files in a folder that a process which is gone has left.
void remove_partial_files(const std::filesystem::path& folder, int process);
/// The same for files that no process writes any more.
void remove_abandoned_files(const std::filesystem::path& folder);

/// Writes beside the target; the destructor removes what was not finished. Every member throws TraceError if the disk
/// refuses.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path target);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile();

  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  /// Puts the file in the place of the target. Nothing may be written afterwards.
  void finish();

 private:
  [[noreturn]] void refuse(int error) const;

  std::filesystem::path target_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
};

}  // namespace millrace::traces
