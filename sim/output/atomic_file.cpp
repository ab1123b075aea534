#include "sim/output/atomic_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace millrace::sim {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& reason) {
  throw OutputError(fmt::format("{}: cannot be written: {}", file.string(), reason));
}

void write_to(const std::filesystem::path& file, const std::string& text) {
  errno = 0;
  std::ofstream stream(file, std::ios::binary);
  stream << text << std::flush;
  if (!stream) {
    fail(file, std::generic_category().message(errno));
  }
}

void write_beside(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path part = fmt::format("{}.part{}", file.string(), getpid());
  std::error_code ignored;
  try {
    write_to(part, text);
  } catch (const OutputError&) {
    const int reason = errno;
    std::filesystem::remove(part, ignored);
    fail(file, std::generic_category().message(reason));
  }
  std::error_code failed;
  std::filesystem::rename(part, file, failed);
  if (failed) {
    std::filesystem::remove(part, ignored);
    fail(file, failed.message());
  }
}

}  // namespace

void write_file(const std::filesystem::path& file, const std::string& text) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(file, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    write_to(file, text);
  } else if (std::filesystem::exists(status) && std::filesystem::is_symlink(file)) {
    write_beside(std::filesystem::canonical(file), text);
  } else {
    write_beside(file, text);
  }
}

}  // namespace millrace::sim
