#include "sim/sweep/slurm.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "sim/output/atomic_file.hpp"
#include "sim/sweep/child_process.hpp"
#include "sim/sweep/worker_processes.hpp"

namespace millrace::sim {
namespace {

std::filesystem::path scripts(const SlurmRequest& request) {
  return std::filesystem::absolute(request.folder) / "slurm";
}

std::string head(const SlurmRequest& request, const std::string& job, const std::string& log) {
  const std::string study = request.study.stem().string();
  std::string text =
      fmt::format("#!/bin/sh\n#SBATCH --job-name={}\n#SBATCH --output={}\n",
                  shell_quoted("millrace-" + job + "-" + study), shell_quoted((scripts(request) / log).string()));
  if (request.partition) {
    text += fmt::format("#SBATCH --partition={}\n", shell_quoted(*request.partition));
  }
  return text;
}

std::string sweep_command(const SlurmRequest& request) {
  return fmt::format("exec {} sweep {} --out {} --resume", shell_quoted(this_program()),
                     shell_quoted(std::filesystem::absolute(request.study).string()),
                     shell_quoted(std::filesystem::absolute(request.folder).string()));
}

/// The number of the job.
std::string sbatch(const SlurmRequest& request, const std::vector<std::string>& arguments) {
  std::string answer;
  std::string failure;
  try {
    sigset_t none;
    sigemptyset(&none);
    ChildProcess child("sbatch", arguments, none);
    while (child.read_lines([&](const std::string& line) { answer = line; })) {
    }
    failure = child.wait();
  } catch (const std::system_error& error) {
    if (error.code().value() != ENOENT) {
      throw;
    }
    throw SlurmError(
        fmt::format("--slurm: there is no 'sbatch' here (Debian: slurm-client). The scripts are written: on "
                    "a machine that has it, run 'sbatch {0}/array.sbatch', and when its job has ended "
                    "'sbatch {0}/merge.sbatch'",
                    scripts(request).string()));
  }
  if (!failure.empty() || answer.empty()) {
    throw SlurmError(fmt::format("--slurm: sbatch {}; what it says is above, and the scripts are in {}",
                                 failure.empty() ? "did not say which job it made" : failure,
                                 scripts(request).string()));
  }
  // "12", or "12;cluster".
  return answer.substr(0, answer.find(';'));
}

}  // namespace

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

void write_slurm_scripts(const SlurmRequest& request) {
  std::error_code failed;
  std::filesystem::create_directories(scripts(request), failed);
  if (failed) {
    throw OutputError(fmt::format("{}: cannot be created: {}", scripts(request).string(), failed.message()));
  }
  write_file(scripts(request) / "array.sbatch",
             head(request, "sweep", "%A_%a.log") +
                 fmt::format("#SBATCH --array=1-{0}\n"
                             "# Each task solves its share of the points, with a worker a CPU that it is given.\n"
                             "{1} --share \"$SLURM_ARRAY_TASK_ID/{0}\" --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\"\n",
                             request.tasks, sweep_command(request)));
  write_file(scripts(request) / "merge.sbatch",
             head(request, "merge", "%j.log") +
                 fmt::format("# Solves what tasks that failed have left, and makes the table.\n"
                             "{} --jobs \"${{SLURM_CPUS_PER_TASK:-1}}\"{}\n",
                             sweep_command(request),
                             request.pareto ? " --pareto " + shell_quoted(*request.pareto) : std::string()));
}

SlurmJobs submit(const SlurmRequest& request) {
  SlurmJobs jobs;
  jobs.array = sbatch(request, {"--parsable", (scripts(request) / "array.sbatch").string()});
  jobs.merge = sbatch(
      request, {"--parsable", "--dependency=afterany:" + jobs.array, (scripts(request) / "merge.sbatch").string()});
  return jobs;
}

}  // namespace millrace::sim
