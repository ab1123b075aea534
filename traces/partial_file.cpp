#include "traces/partial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
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

struct PartialName {
  std::string target;  ///< its file name
  int process;
};

std::optional<int> parse_count(std::string_view digits) {
  int value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && rest == end && value >= 0 ? std::optional(value) : std::nullopt;
}

/// Nothing if the file is not named as beside() does it.
std::optional<PartialName> parse_name(const std::string& name) {
  const std::size_t place = name.rfind(mark);
  const std::size_t dash = name.rfind('-');
  if (place == std::string::npos || place == 0 || dash < place + mark.size()) {
    return std::nullopt;
  }
  const std::size_t begin = place + mark.size();
  const std::optional<int> process = parse_count(std::string_view(name).substr(begin, dash - begin));
  const std::optional<int> count = parse_count(std::string_view(name).substr(dash + 1));
  return process && count ? std::optional(PartialName{name.substr(0, place), *process}) : std::nullopt;
}

/// Calls `visit` with path and name of every partial file.
template <class Visit>
void for_each_partial_file(const std::filesystem::path& folder, Visit visit) {
  std::error_code error;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::optional<PartialName> name = parse_name(entry.path().filename().string());
    std::error_code gone;
    if (name && std::filesystem::is_regular_file(entry.symlink_status(gone))) {
      visit(entry.path(), *name);
    }
  }
}

/// False: somebody has removed it since it was opened.
bool has_name(int descriptor) {
  struct stat status = {};
  return ::fstat(descriptor, &status) == 0 && status.st_nlink > 0;
}

/// Whoever writes a partial file holds a lock on it, which ends with the process, however that ends. It is removed
/// under that lock, so that nobody begins to write it meanwhile.
void remove_if_abandoned(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) {
    return;
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && has_name(descriptor)) {
    ::unlink(file.c_str());
  }
  ::close(descriptor);
}

/// Waits while another capture looks whether the file is abandoned. Where the file system has no locks, nothing is ever
/// found to be.
void lock(int descriptor) {
  while (::flock(descriptor, LOCK_EX) != 0 && errno == EINTR) {
  }
}

/// The file that a chain of links ends at, which need not be there.
std::filesystem::path behind_links(std::filesystem::path file) {
  constexpr int most_links = 40;
  std::error_code error;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(std::filesystem::symlink_status(file, error)); ++i) {
    file = file.parent_path() / std::filesystem::read_symlink(file, error);
  }
  return file;
}

}  // namespace

std::filesystem::path file_to_write(const std::filesystem::path& target) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(target, error);
  if (std::filesystem::is_directory(status)) {
    throw TraceError(fmt::format("{}: is a folder; name the file to write", target.string()));
  }
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw TraceError(fmt::format("{}: is a device or pipe; name the file to write", target.string()));
  }
  return behind_links(target);
}

void check_can_write(const std::filesystem::path& target) {
  const PartialFile file(target);
}

void remove_partial_files(const std::filesystem::path& folder, int process) {
  for_each_partial_file(folder, [process](const std::filesystem::path& file, const PartialName& name) {
    std::error_code ignored;
    if (name.process == process) {
      std::filesystem::remove(file, ignored);
    }
  });
}

void remove_abandoned_files(const std::filesystem::path& folder,
                            const std::function<bool(const std::string&)>& is_target) {
  for_each_partial_file(folder, [&is_target](const std::filesystem::path& file, const PartialName& name) {
    if (is_target(name.target)) {
      remove_if_abandoned(file);
    }
  });
}

PartialFile::PartialFile(const std::filesystem::path& target) : target_(file_to_write(target)) {
  do {
    open();
  } while (descriptor_ < 0);
}

PartialFile::~PartialFile() {
  if (descriptor_ >= 0) {
    ::unlink(partial_.c_str());
    ::close(descriptor_);
  }
}

void PartialFile::open() {
  partial_ = beside(target_);
  constexpr mode_t readable_by_all = 0666;
  descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, readable_by_all);
  if (descriptor_ < 0) {
    refuse(errno);
  }
  lock(descriptor_);
  // Before it was locked, another capture may have taken it for abandoned.
  if (!has_name(descriptor_)) {
    ::close(std::exchange(descriptor_, -1));
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
