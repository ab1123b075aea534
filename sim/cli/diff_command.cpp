#include <fmt/format.h>

#include <cstdint>

#include "sim/cli/command.hpp"
#include "sim/diff/diff_table.hpp"
#include "sim/diff/result_file.hpp"

namespace millrace::sim {

namespace po = boost::program_options;

Exit diff_command(const Arguments& arguments) {
  constexpr std::int64_t kRows = 10;
  CommandLine line("millrace diff A.json B.json [options]", "millrace diff points/0001.json points/0002.json",
                   Arguments{"A.json", "B.json"});
  line.options()("rows", po::value<std::int64_t>()->value_name("N")->default_value(kRows),
                 "at most so many settings, engines and streams");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const auto rows = line.values()["rows"].as<std::int64_t>();
  if (rows < 1) {
    throw UsageError(fmt::format("--rows {}: legal are 1 and more", rows));
  }
  const ResultFile before = ResultFile::read(line.positional(0));
  const ResultFile after = ResultFile::read(line.positional(1));
  fmt::print("{}", diff_table(before, after, static_cast<std::size_t>(rows)));
  return Exit::kFine;
}

}  // namespace millrace::sim
