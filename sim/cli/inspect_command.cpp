#include <fmt/format.h>

#include "sim/cli/command.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/inspection_json.hpp"
#include "sim/output/inspection_table.hpp"

namespace millrace::sim {

namespace po = boost::program_options;

Exit inspect_command(const Arguments& arguments) {
  CommandLine line("millrace inspect TRACE [options]",
                   "millrace inspect traces/resnet20-cifar10.safetensors --histogram --json resnet20.json", "TRACE");
  line.options()("histogram", "count the zeros of every window, too")(
      "json", po::value<std::string>()->value_name("FILE"), "write everything to FILE");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const traces::Trace trace = traces::Trace::open(line.positional());
  const Inspection inspection =
      inspect(trace, values.contains("histogram") ? Detail::kZerosAndHistograms : Detail::kZeros);
  if (values.contains("json")) {
    write_file(values["json"].as<std::string>(), inspection_json(trace, inspection).dump(1) + "\n");
  }
  fmt::print("{}", inspection_table(trace, inspection));
  return Exit::kFine;
}

}  // namespace millrace::sim
