// Subcommands: what each needs on its command line, and how it ends.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace millrace::sim {

/// Exit codes of every command.
enum class Exit { kFine = 0, kDesignFailed = 1, kBadInput = 2, kInterrupted = 130 };

/// A command line that is wrong.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Arguments = std::vector<std::string>;

struct Command {
  std::string name;
  std::string purpose;
  Exit (*run)(const Arguments& arguments);
};

/// Parses the options of a command and its positional arguments, all of them needed. Prints help (with `example`) and
/// returns nothing if --help is there. Throws UsageError with what is wrong and what would be right.
class CommandLine {
 public:
  CommandLine(std::string usage, std::string example, std::string positional)
      : CommandLine(std::move(usage), std::move(example), std::vector<std::string>{std::move(positional)}) {}
  CommandLine(std::string usage, std::string example, std::vector<std::string> positionals);

  boost::program_options::options_description_easy_init options() { return description_.add_options(); }
  /// False if help was asked for and printed.
  bool parse(const Arguments& arguments);
  const boost::program_options::variables_map& values() const { return values_; }
  std::string positional(std::size_t index = 0) const { return values_.at(positionals_.at(index)).as<std::string>(); }

 private:
  std::string usage_;
  std::string example_;
  std::vector<std::string> positionals_;
  boost::program_options::options_description description_{"Options"};
  boost::program_options::variables_map values_;
};

/// What an option says, if it is there.
std::optional<std::string> text_of(const boost::program_options::variables_map& values, const char* name);

Exit run_command(const Arguments& arguments);
Exit plan_command(const Arguments& arguments);
Exit inspect_command(const Arguments& arguments);
Exit synth_command(const Arguments& arguments);
Exit validate_command(const Arguments& arguments);
Exit fold_command(const Arguments& arguments);
Exit check_command(const Arguments& arguments);
Exit size_fifos_command(const Arguments& arguments);
Exit capture_command(const Arguments& arguments);
Exit sweep_command(const Arguments& arguments);
Exit diff_command(const Arguments& arguments);

}  // namespace millrace::sim
