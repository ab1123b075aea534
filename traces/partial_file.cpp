#include "traces/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "traces/network.hpp"

namespace millrace::traces {
namespace {

constexpr std::string_view mark = ".partial-";

/// NAME.partial-PROCESS-COUNT
std::filesystem::path beside(const std::filesystem::path& target) {
  static std::atomic<unsigned> count = 0;
  std::filesystem::path result = target;
  result += fmt::format("{}{}-{}", mark, ::getpid(), count++);
  return result;
}

/// The process that the name of a partial file names.
std::optional<int> process_of(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  const std::size_t place = name.rfind(mark);
  if (place == std::string::npos) {
    return std::nullopt;
  }
  const char* const end = name.data() + name.size();
  int process = 0;
  const auto [rest, error] = std::from_chars(name.data() + place + mark.size(), end, process);
  return error == std::errc() && rest != end && *rest == '-' ? std::optional(process) : std::nullopt;
}

template <class Condition>
void remove_files(const std::filesystem::path& folder, Condition is_unwanted) {
  std::error_code error;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::optional<int> process = process_of(entry.path());
    if (process && is_unwanted(entry.path(), *process)) {
      std::error_code ignored;
      std::filesystem::remove(entry.path(), ignored);
    }
  }
}

/// Whoever writes a partial file holds a lock on it, which ends with the process, however that ends.
bool is_abandoned(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) {
    return false;
  }
  const bool is_free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  ::close(descriptor);
  return is_free;
}

}  // namespace

void remove_partial_files(const std::filesystem::path& folder, int process) {
  remove_files(folder, [process](const std::filesystem::path&, int owner) { return owner == process; });
}

void remove_abandoned_files(const std::filesystem::path& folder) {
  remove_files(folder, [](const std::filesystem::path& file, int) { return is_abandoned(file); });
}

PartialFile::PartialFile(std::filesystem::path target) : target_(std::move(target)), partial_(beside(target_)) {
  std::error_code ignored;
  if (std::filesystem::is_directory(target_, ignored)) {
    throw TraceError(fmt::format("{}: is a folder; name the file to write", target_.string()));
  }
  constexpr mode_t readable_by_all = 0666;
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, readable_by_all);
  if (descriptor_ < 0) {
    refuse(errno);
  }
  // Where the file system has no locks, nothing is ever found to be abandoned.
  ::flock(descriptor_, LOCK_EX | LOCK_NB);
}

PartialFile::~PartialFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    ::unlink(partial_.c_str());
  }
}

void PartialFile::refuse(int error) const {
  throw TraceError(fmt::format("{}: cannot be written: {}; check folder, rights and free space", target_.string(),
                               std::generic_category().message(error)));
}

void PartialFile::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno != EINTR) {
      refuse(errno);
    }
    if (count > 0) {
      offset += static_cast<std::uint64_t>(count);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }
}

void PartialFile::finish() {
  // Without fsync, a power cut after the rename could leave a complete name on incomplete content.
  if (::fsync(descriptor_) != 0 || std::rename(partial_.c_str(), target_.c_str()) != 0) {
    refuse(errno);
  }
  ::close(std::exchange(descriptor_, -1));
}

}  // namespace millrace::traces
