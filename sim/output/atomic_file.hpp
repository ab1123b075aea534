// Files that appear under their name only when they are complete.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace millrace::sim {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes beside the target and renames; a symbolic link stays one. A device or pipe is written into. Throws
/// OutputError if the folder or the disk refuses.
void write_file(const std::filesystem::path& file, const std::string& text);

}  // namespace millrace::sim
