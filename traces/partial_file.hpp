// A file that appears under its name only when it is complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace millrace::traces {

/// The file that is written when `target` is: the one that a link leads to. Throws TraceError if something is there
/// that is no regular file.
std::filesystem::path file_to_write(const std::filesystem::path& target);
/// Throws TraceError if a PartialFile could not be opened; leaves nothing.
void check_can_write(const std::filesystem::path& target);

/// Removes the partial files in a folder that a process which is gone has left.
void remove_partial_files(const std::filesystem::path& folder, int process);
/// The same for files that no process writes any more, if `is_target` holds for the file name of their target.
void remove_abandoned_files(const std::filesystem::path& folder,
                            const std::function<bool(const std::string&)>& is_target);

/// Writes beside file_to_write(target); the destructor removes what was not finished. Every member throws TraceError if
/// the disk refuses.
class PartialFile {
 public:
  explicit PartialFile(const std::filesystem::path& target);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile();

  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  /// Puts the file in the place of the target. Nothing may be written afterwards.
  void finish();

 private:
  /// descriptor_ is -1 if the file was removed at once.
  void open();
  [[noreturn]] void refuse(int error) const;

  std::filesystem::path target_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
};

}  // namespace millrace::traces
