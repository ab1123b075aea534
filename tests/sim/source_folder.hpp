// Where the source tree is: for data that ships with it.
#pragma once

#include <filesystem>

namespace millrace::test {

inline std::filesystem::path source_folder() {
  return MILLRACE_SOURCE_FOLDER;
}

}  // namespace millrace::test
