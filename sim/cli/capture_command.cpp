#include <unistd.h>

#include <filesystem>

#include "sim/cli/command.hpp"

namespace millrace::sim {

// Inference needs OpenCV and its hundreds of packages; whoever only simulates does without the program that links it.
Exit capture_command(const Arguments& arguments) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "millrace-capture";
  if (!std::filesystem::exists(program)) {
    throw UsageError(
        program.string() +
        " is not there: capturing needs OpenCV and ONNX; run 'script/bootstrap --capture', then build again "
        "(script/build)");
  }
  std::vector<std::string> words{"millrace capture"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) {
    argv.push_back(word.data());
  }
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw UsageError(program.string() + " cannot be started");
}

}  // namespace millrace::sim
