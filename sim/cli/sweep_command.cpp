#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <thread>

#include "sim/cli/command.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/progress.hpp"
#include "sim/studies/opened_study.hpp"
#include "sim/sweep/pareto.hpp"
#include "sim/sweep/point_solver.hpp"
#include "sim/sweep/results_csv.hpp"
#include "sim/sweep/slurm.hpp"
#include "sim/sweep/sweep_folder.hpp"
#include "sim/sweep/work_groups.hpp"
#include "sim/sweep/worker_processes.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMostJobs = 1024;
/// What Slurm takes in an array where its configuration says nothing.
constexpr std::int64_t kMostTasks = 1000;

using Points = std::vector<std::size_t>;

/// What the command line asks for.
struct SweepRequest {
  std::filesystem::path study;
  std::filesystem::path out;
  bool resume = false;
  bool quiet = false;
  std::size_t jobs = 1;
  std::size_t threads = 1;
  std::optional<std::string> pareto;
  std::optional<Objectives> objectives;
  std::optional<Share> share;
  std::optional<std::string> points;
  bool slurm = false;
  std::optional<std::size_t> array;
  std::optional<std::string> partition;
};

std::optional<std::size_t> number_of(const po::variables_map& values, const char* name, std::int64_t most) {
  if (!values.contains(name)) {
    return std::nullopt;
  }
  const auto number = values[name].as<std::int64_t>();
  if (number < 1 || number > most) {
    throw UsageError(fmt::format("--{} {}: legal are 1 to {}", name, number, most));
  }
  return static_cast<std::size_t>(number);
}

/// What `read` makes of the text of an option. Throws UsageError where it throws std::invalid_argument.
template <typename Read>
auto read_option(const char* name, const std::string& text, Read read) {
  try {
    return read(text);
  } catch (const std::invalid_argument& error) {
    throw UsageError(fmt::format("--{} {}", name, error.what()));
  }
}

SweepRequest request_of(const CommandLine& line) {
  const po::variables_map& values = line.values();
  if (!values.contains("out")) {
    throw UsageError("--out is missing; name the folder for the results");
  }
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  SweepRequest request;
  request.study = line.positional();
  request.out = values["out"].as<std::string>();
  request.resume = values.contains("resume");
  request.quiet = values.contains("quiet");
  request.jobs = number_of(values, "jobs", kMostJobs).value_or(cores);
  request.threads = number_of(values, "threads", kMostJobs).value_or(cores);
  request.pareto = text_of(values, "pareto");
  if (request.pareto) {
    request.objectives = read_option("pareto", *request.pareto, read_objectives);
  }
  if (values.contains("share")) {
    request.share = read_option("share", values["share"].as<std::string>(), read_share);
  }
  request.points = text_of(values, "points");
  request.slurm = values.contains("slurm");
  request.array = number_of(values, "array", kMostTasks);
  request.partition = text_of(values, "partition");
  if (!request.slurm && (request.array || request.partition)) {
    throw UsageError("--array and --partition go with --slurm");
  }
  return request;
}

Points all_points(const OpenedStudy& study) {
  Points points(study.points().size());
  std::iota(points.begin(), points.end(), std::size_t{0});
  return points;
}

/// Solves points in this process, and says of each that it is done.
Exit solve(const OpenedStudy& study, const SweepFolder& folder, const Points& points, std::size_t threads) {
  WorkOptions options;
  options.threads = threads;
  PointSolver solver(study, folder, options);
  RowFile rows(folder);
  for (const std::size_t point : points) {
    const PointRow row = solver.solve(point);
    rows.append(row);
    fmt::print("point {} {}\n", point + 1, status_name(row.status));
    std::fflush(stdout);
  }
  return Exit::kFine;
}

Exit submit_jobs(const OpenedStudy& study, const SweepFolder& folder, const SweepRequest& request) {
  const std::size_t works = group_by_work(study.points(), all_points(study), 1).size();
  const std::size_t tasks =
      std::min(request.array.value_or(std::min<std::size_t>(works, kMostTasks)), study.points().size());
  const SlurmRequest slurm{request.study, request.out, tasks, request.partition, request.pareto};
  write_slurm_scripts(slurm);
  const SlurmJobs jobs = submit(slurm);
  fmt::print("submitted job {} ({} tasks) and, behind it, job {}\n{} is there when both have ended\n", jobs.array,
             tasks, jobs.merge, folder.results().string());
  return Exit::kFine;
}

std::vector<WorkerCommand> worker_commands(const OpenedStudy& study, const SweepFolder& folder, const Points& points,
                                           std::size_t jobs) {
  const std::size_t threads = std::max<std::size_t>(1, std::thread::hardware_concurrency() / jobs);
  std::vector<WorkerCommand> commands;
  for (const Points& group : group_by_work(study.points(), points, jobs)) {
    commands.push_back({"sweep", study.study().file.string(), "--out", folder.path().string(), "--resume", "--points",
                        write_points(group), "--threads", std::to_string(threads)});
  }
  return commands;
}

/// How a sweep of this machine ended.
struct SweepEnd {
  std::int64_t solved = 0;
  bool is_interrupted = false;
};

/// Solves those of `points` that are not finished, in workers. Throws SweepError if a worker did not end well.
SweepEnd run_sweep(const OpenedStudy& study, const SweepFolder& folder, const Points& points,
                   const SweepRequest& request) {
  Points open;
  const std::map<std::size_t, PointRow> finished = folder.rows();
  std::ranges::copy_if(points, std::back_inserter(open), [&](std::size_t point) { return !finished.contains(point); });
  SweepEnd end;
  Progress progress("points", request.quiet ? Progress::Audience::kNobody : Progress::Audience::kUser);
  const WorkersEnd workers = run_workers(worker_commands(study, folder, open, request.jobs), request.jobs,
                                         [&](const std::string&) { progress.report(++end.solved, std::ssize(open)); });
  end.is_interrupted = workers.is_interrupted;
  const std::int64_t missing = std::ssize(open) - end.solved;
  if (!end.is_interrupted && missing > 0) {
    throw SweepError(fmt::format("{} of {} points are missing, as {}; --resume solves them", missing, points.size(),
                                 workers.failures.empty() ? "workers ended early" : workers.failures.front()));
  }
  return end;
}

void make_table(const OpenedStudy& study, const SweepFolder& folder, const SweepRequest& request) {
  const std::map<std::size_t, PointRow> rows = folder.rows();
  folder.remove_leftovers();
  write_file(folder.results(), results_csv(study, rows, request.objectives));
  if (request.quiet) {
    return;
  }
  std::array<std::size_t, 3> counts{};
  for (const auto& [point, row] : rows) {
    ++counts.at(static_cast<std::size_t>(row.status));
  }
  fmt::print("{} points: {} ok, {} deadlock, {} illegal\n", rows.size(), counts[0], counts[1], counts[2]);
  fmt::print("wrote {}\n", folder.results().string());
}

Exit sweep_here(const OpenedStudy& study, const SweepFolder& folder, const SweepRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const Points points = request.share ? share_of(study.points(), all_points(study), *request.share) : all_points(study);
  const SweepEnd end = run_sweep(study, folder, points, request);
  if (end.is_interrupted) {
    fmt::print(stderr, "millrace: interrupted; {} of {} points are kept, and --resume solves the others\n",
               folder.rows().size(), study.points().size());
    return Exit::kInterrupted;
  }
  if (!request.share) {
    make_table(study, folder, request);
  }
  if (!request.quiet) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("solved {} points in {:.2f} s, {:.1f} a second\n", end.solved, seconds,
               static_cast<double>(end.solved) / seconds);
  }
  return Exit::kFine;
}

}  // namespace

Exit sweep_command(const Arguments& arguments) {
  CommandLine line("millrace sweep STUDY.yaml --out DIR [options]",
                   "millrace sweep workloads/studies/digits.yaml --out digits-sweep --pareto interval,memory_bits",
                   "STUDY.yaml");
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto number = [] { return po::value<std::int64_t>()->value_name("N"); };
  line.options()("out", text("DIR"), "folder of the results, new or empty")(
      "jobs", number(), "workers at once (default: one a core). The results are the same")(
      "resume", "go on with the sweep in DIR: solve what is missing")(
      "pareto", text("X,Y"), "mark the points that no other beats in these columns")(
      "slurm", "write and submit a job array for Slurm that does it, and a job that makes the table")(
      "array", number(), "with --slurm: tasks of the array (default: one for points of equal work, up to 1000)")(
      "partition", text("P"), "with --slurm: where to run")(
      "share", text("I/N"), "solve the I-th of N shares and make no table, for batch systems of all kinds")(
      "points", text("LIST"), "solve these points (1-8,12) in this process and make no table: what workers do")(
      "threads", number(), "with --points: threads that count work (default: one a core)")(
      "quiet", "print no progress and no summary");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const SweepRequest request = request_of(line);
  const OpenedStudy study(Study::read(request.study));
  check_columns(study.study());
  const Points points =
      request.points ? read_option("points", *request.points,
                                   [&](const std::string& list) { return read_points(list, study.points().size()); })
                     : Points();
  const SweepFolder folder =
      request.resume ? SweepFolder::resume(request.out, study) : SweepFolder::begin(request.out, study);
  if (request.points) {
    return solve(study, folder, points, request.threads);
  }
  return request.slurm ? submit_jobs(study, folder, request) : sweep_here(study, folder, request);
}

}  // namespace millrace::sim
