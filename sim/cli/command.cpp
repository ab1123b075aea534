#include "sim/cli/command.hpp"

#include <fmt/format.h>

#include <iostream>

namespace millrace::sim {

namespace po = boost::program_options;

CommandLine::CommandLine(std::string usage, std::string example, std::vector<std::string> positionals)
    : usage_(std::move(usage)), example_(std::move(example)), positionals_(std::move(positionals)) {
  options()("help,h", "print this help");
}

bool CommandLine::parse(const Arguments& arguments) {
  po::options_description all = description_;
  po::positional_options_description position;
  for (const std::string& positional : positionals_) {
    all.add_options()(positional.c_str(), po::value<std::string>());
    position.add(positional.c_str(), 1);
  }
  try {
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(position)
                  .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
                  .run(),
              values_);
    if (values_.contains("help")) {
      fmt::print("Usage: {}\n\n", usage_);
      std::cout << description_ << std::flush;
      fmt::print("\nExample:\n  {}\n", example_);
      return false;
    }
    po::notify(values_);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; usage: {}", error.what(), usage_));
  }
  for (const std::string& positional : positionals_) {
    if (!values_.contains(positional)) {
      throw UsageError(fmt::format("{} is missing; usage: {}", positional, usage_));
    }
  }
  return true;
}

std::optional<std::string> text_of(const boost::program_options::variables_map& values, const char* name) {
  return values.contains(name) ? std::optional(values[name].as<std::string>()) : std::nullopt;
}

}  // namespace millrace::sim
