#include "sim/sweep/sweep_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "sim/output/atomic_file.hpp"
#include "sim/version.hpp"
#include "traces/crc64.hpp"

namespace millrace::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "millrace-sweep-1";
constexpr const char* kMasks = ".masks-";

std::string machine() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || !stream.is_open()) {
    throw SweepError(file.string() + ": cannot be read");
  }
  return text;
}

std::string hash_of(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  traces::Crc64 crc;
  crc.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return crc.hex();
}

/// What must be the same for a sweep to go on.
Json identity_of(const OpenedStudy& opened) {
  const Study& study = opened.study();
  Json traces = Json::array();
  for (std::size_t trace = 0; trace < opened.traces(); ++trace) {
    traces.push_back({{"name", study.traces[trace].name}, {"hash", opened.trace(trace).hash()}});
  }
  return {{"schema", kSchema},
          {"version", kVersion},
          {"points", opened.points().size()},
          {"study_hash", hash_of(study.file)},
          {"accelerator_hash", hash_of(study.accelerator_file)},
          {"traces", std::move(traces)}};
}

void create_folders(const std::filesystem::path& folder) {
  for (const char* part : {"rows", "points"}) {
    std::error_code failed;
    std::filesystem::create_directories(folder / part, failed);
    if (failed) {
      throw OutputError(fmt::format("{}: cannot be created: {}", (folder / part).string(), failed.message()));
    }
  }
}

bool is_there_and_not_empty(const std::filesystem::path& folder) {
  std::error_code failed;
  const bool is_there = std::filesystem::exists(folder, failed);
  if (is_there && !std::filesystem::is_directory(folder, failed)) {
    throw SweepError(folder.string() + ": is a file; --out names the folder of the sweep");
  }
  return is_there && !std::filesystem::is_empty(folder, failed);
}

/// The first thing in which two sweeps differ, in words; "" if there is none.
std::string difference(const Json& there, const Json& wanted) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kParts = {{{"schema", "another form"},
                                                                          {"study_hash", "another study"},
                                                                          {"accelerator_hash", "another accelerator"},
                                                                          {"traces", "other traces"},
                                                                          {"version", "another version of Millrace"},
                                                                          {"points", "another number of points"}}};
  for (const auto& [key, words] : kParts) {
    if (!there.is_object() || !there.contains(key) || there[key] != wanted[key]) {
      return words;
    }
  }
  return "";
}

}  // namespace

SweepFolder::SweepFolder(std::filesystem::path folder, std::size_t points)
    : folder_(std::move(folder)), points_(points) {}

SweepFolder SweepFolder::begin(const std::filesystem::path& folder, const OpenedStudy& study) {
  if (is_there_and_not_empty(folder)) {
    throw SweepError(folder.string() + ": is not empty; --resume goes on with the sweep in it, or name another --out");
  }
  create_folders(folder);
  write_file(folder / "study.yaml", read_text(study.study().file));
  write_file(folder / "sweep.json", identity_of(study).dump(1) + "\n");
  return {folder, study.points().size()};
}

SweepFolder SweepFolder::resume(const std::filesystem::path& folder, const OpenedStudy& study) {
  if (!is_there_and_not_empty(folder)) {
    return begin(folder, study);
  }
  if (!std::filesystem::exists(folder / "sweep.json")) {
    throw SweepError(folder.string() +
                     ": holds no sweep (there is no sweep.json in it); name the --out of one, or an empty "
                     "folder");
  }
  const Json there = Json::parse(read_text(folder / "sweep.json"), nullptr, false);
  const std::string differs = difference(there, identity_of(study));
  if (!differs.empty()) {
    throw SweepError(
        fmt::format("{}: holds a sweep of {}; resume it with what it was begun with ({} is its study), or "
                    "name another --out",
                    folder.string(), differs, (folder / "study.yaml").string()));
  }
  create_folders(folder);
  return {folder, study.points().size()};
}

std::filesystem::path SweepFolder::point(std::size_t point) const {
  constexpr std::size_t kLeastDigits = 4;
  const std::size_t digits = std::max(kLeastDigits, std::to_string(points_).size());
  return folder_ / "points" / fmt::format("{:0{}}.json", point + 1, digits);
}

std::map<std::size_t, PointRow> SweepFolder::rows() const {
  std::map<std::size_t, PointRow> rows;
  for (const std::filesystem::directory_entry& file : std::filesystem::directory_iterator(rows_folder())) {
    const std::string text = read_text(file.path());
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      std::optional<PointRow> row = read_row(std::string_view(text).substr(begin, end - begin));
      if (row && row->point < points_) {
        const std::size_t point = row->point;
        rows.insert_or_assign(point, std::move(*row));
      }
      begin = end + 1;
    }
  }
  return rows;
}

void SweepFolder::remove_leftovers() const {
  std::vector<std::filesystem::path> leftovers;
  for (const std::filesystem::directory_entry& file : std::filesystem::directory_iterator(folder_ / "points")) {
    if (file.path().extension() != ".json") {
      leftovers.push_back(file.path());
    }
  }
  for (const std::filesystem::directory_entry& file : std::filesystem::directory_iterator(folder_)) {
    if (file.path().filename().string().find(kMasks) != std::string::npos) {
      leftovers.push_back(file.path());
    }
  }
  for (const std::filesystem::path& leftover : leftovers) {
    std::error_code ignored;
    std::filesystem::remove(leftover, ignored);
  }
}

std::filesystem::path SweepFolder::masks() const {
  return folder_ / fmt::format("{}{}-{}", kMasks, machine(), getpid());
}

RowFile::RowFile(const SweepFolder& folder) {
  // A process number comes again some day.
  for (int number = 0; descriptor_ < 0; ++number) {
    file_ = folder.rows_folder() / fmt::format("{}-{}-{}.jsonl", machine(), getpid(), number);
    descriptor_ = open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) {
      throw OutputError(
          fmt::format("{}: cannot be written: {}", file_.string(), std::generic_category().message(errno)));
    }
  }
}

RowFile::~RowFile() {
  close(descriptor_);
}

void RowFile::append(const PointRow& row) {
  const std::string line = write_row(row);
  const ssize_t written = write(descriptor_, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    throw OutputError(fmt::format("{}: cannot be written: {}", file_.string(),
                                  std::generic_category().message(written < 0 ? errno : ENOSPC)));
  }
}

}  // namespace millrace::sim
