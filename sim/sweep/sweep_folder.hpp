// The folder of a sweep. Workers, on one machine or on many, share it and nothing else:
//
//   sweep.json    what is swept: schema, version, hashes of study, accelerator and traces, number of points
//   study.yaml    the study as it was when the sweep began
//   rows/         a file a worker, a line a finished point (point_row.hpp), appended as points finish
//   points/       what `millrace run --json` writes, a file a point that has a result
//   results.csv   all points in the order of the study, when all are there
//
// A point is finished when its row is there; its JSON is there before. So whatever is killed, and whenever, loses only
// the points that were running.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/studies/opened_study.hpp"
#include "sim/sweep/point_row.hpp"

namespace millrace::sim {

/// A folder that cannot take the sweep.
class SweepError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class SweepFolder {
 public:
  /// Begins a sweep. Throws SweepError if the folder is there and not empty; OutputError.
  static SweepFolder begin(const std::filesystem::path& folder, const OpenedStudy& study);
  /// Goes on with one, or begins it where there is none. Throws SweepError if it is of another study, accelerator or
  /// trace, or of another version of Millrace; OutputError.
  static SweepFolder resume(const std::filesystem::path& folder, const OpenedStudy& study);

  const std::filesystem::path& path() const { return folder_; }
  std::filesystem::path results() const { return folder_ / "results.csv"; }
  /// points/0001.json for point 0.
  std::filesystem::path point(std::size_t point) const;
  std::filesystem::path rows_folder() const { return folder_ / "rows"; }

  /// All finished points. Torn rows are left out. Throws SweepError if a file cannot be read.
  std::map<std::size_t, PointRow> rows() const;
  /// Where a worker may write a trace with thresholds, for as long as it opens it.
  std::filesystem::path masks() const;
  /// Removes what killed workers were writing. Needs that none runs.
  void remove_leftovers() const;

 private:
  SweepFolder(std::filesystem::path folder, std::size_t points);

  std::filesystem::path folder_;
  std::size_t points_;
};

/// A worker's own file of rows. Appending a row is one write: it is there as a whole, or torn at the end of the file.
class RowFile {
 public:
  /// A new file, named after machine and process. Throws OutputError.
  explicit RowFile(const SweepFolder& folder);
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;
  ~RowFile();

  /// Throws OutputError if the disk refuses.
  void append(const PointRow& row);

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace millrace::sim
