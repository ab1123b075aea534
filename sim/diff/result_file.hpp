// A result that `millrace run --json` wrote, or a plan of `millrace plan --json`, read back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::sim {

/// A file that is no result, with what is wrong and where in it.
class ResultError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Cycles an image, of the mean dot unit or the one process.
struct EngineCycles {
  std::string name;
  double busy = 0;
  double starved = 0;
  double blocked = 0;
};

struct StreamFill {
  std::string name;
  std::int64_t depth = 0;
  std::int64_t high_water = 0;
  /// Cycles an image for which the process that waited longest waited for it, for words or for room.
  double waited = 0;
};

struct NamedNumber {
  std::string name;
  double value = 0;
};

/// What a run did.
struct RunNumbers {
  std::vector<NamedNumber> totals;
  std::string bottleneck;
  std::vector<EngineCycles> engines;
  std::vector<StreamFill> streams;
};

struct ResultFile {
  std::filesystem::path file;
  std::string schema;
  std::string network;
  nlohmann::json configuration;                ///< a plan, millrace-plan-1
  std::map<std::string, std::string> origins;  ///< version, hashes, thresholds: what else a result depends on
  std::optional<RunNumbers> run;               ///< of millrace-run-1

  /// Throws ResultError: unreadable file, above 1 GiB, no JSON, another schema, something missing.
  static ResultFile read(const std::filesystem::path& file);
};

}  // namespace millrace::sim
