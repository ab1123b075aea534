#include <fmt/format.h>

#include <optional>

#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/plan_json.hpp"
#include "sim/output/plan_table.hpp"

namespace millrace::sim {

namespace po = boost::program_options;

Exit plan_command(const Arguments& arguments) {
  CommandLine line("millrace plan ACCELERATOR.yaml [options]",
                   "millrace plan workloads/resnet20-cifar10/balanced.yaml --json plan.json", "ACCELERATOR.yaml");
  line.options()("trace", po::value<std::string>()->value_name("FILE"),
                 "trace or network file instead of the file's own")(
      "json", po::value<std::string>()->value_name("FILE"), "write the netlist to FILE");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const std::optional<std::string> trace = text_of(values, "trace");
  const Inputs inputs = read_inputs(line.positional(), trace);
  if (values.contains("json")) {
    write_file(values["json"].as<std::string>(), plan_json(inputs.plan).dump(1) + "\n");
  }
  fmt::print("{}", plan_table(inputs.plan));
  return Exit::kFine;
}

}  // namespace millrace::sim
