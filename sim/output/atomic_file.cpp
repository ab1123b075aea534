#include "sim/output/atomic_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace millrace::sim {

void write_file(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path part = fmt::format("{}.part{}", file.string(), getpid());
  {
    std::ofstream stream(part, std::ios::binary);
    stream << text << std::flush;
    if (!stream) {
      std::error_code ignored;
      std::filesystem::remove(part, ignored);
      throw OutputError(fmt::format("{}: cannot be written; is the folder there and writable?", file.string()));
    }
  }
  std::error_code failed;
  std::filesystem::rename(part, file, failed);
  if (failed) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw OutputError(fmt::format("{}: cannot be written: {}", file.string(), failed.message()));
  }
}

}  // namespace millrace::sim
