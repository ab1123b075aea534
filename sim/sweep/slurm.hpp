// A sweep as jobs of Slurm: an array whose tasks solve a share each, and a job behind it that makes the table. The
// scripts are plain files, which can be read, changed and submitted by hand.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::sim {

/// sbatch is not there, or refuses.
class SlurmError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SlurmRequest {
  std::filesystem::path study;
  std::filesystem::path folder;  ///< of the sweep, seen by all nodes under this path
  std::size_t tasks = 1;         ///< of the array
  std::optional<std::string> partition;
  std::optional<std::string> pareto;  ///< objectives, as on the command line
};

struct SlurmJobs {
  std::string array;
  std::string merge;
};

/// Writes slurm/array.sbatch and slurm/merge.sbatch in the folder. Throws OutputError.
void write_slurm_scripts(const SlurmRequest& request);

/// Submits both, the second to run when the first has ended. Call it before any thread exists. Throws SlurmError.
SlurmJobs submit(const SlurmRequest& request);

/// In single quotes, as a shell reads them.
std::string shell_quoted(const std::string& text);

}  // namespace millrace::sim
