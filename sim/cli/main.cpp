#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>
#include <systemc>

#include "sim/cli/command.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/version.hpp"

namespace millrace::sim {
namespace {

const std::array kCommands = {
    Command{"run", "simulate an accelerator on a trace", run_command},
    Command{"plan", "print the netlist that would be simulated", plan_command},
    Command{"check", "find what is wrong with an accelerator without running it", check_command},
    Command{"size-fifos", "find the stream depths that cost least memory", size_fifos_command},
    Command{"inspect", "print what a trace holds, and how much of it is zero", inspect_command},
    Command{"validate", "compare what the analytical model predicts with what is simulated", validate_command},
    Command{"fold", "make an accelerator for a network under a budget", fold_command},
    Command{"synth", "make up a trace for a network", synth_command},
    Command{"sweep", "simulate many variants of an accelerator", sweep_command},
    Command{"diff", "say what differs between two results", diff_command},
    Command{"capture", "run a model on images and write a trace", capture_command},
};

void print_help() {
  fmt::print(
      "Millrace: cycle-accurate simulator of sparse layer-pipelined DNN accelerators\n\n"
      "Usage: millrace COMMAND [options]\n\n");
  for (const Command& command : kCommands) {
    fmt::print("  {:<10} {}\n", command.name, command.purpose);
  }
  fmt::print(
      "\n'millrace COMMAND --help' explains a command. --version prints the version.\n"
      "Exit codes: 0 fine, 1 the design failed (deadlock, a limit not met), 2 bad input or usage, 130 interrupted.\n\n"
      "Example:\n  millrace run workloads/resnet20-cifar10/balanced.yaml\n");
}

Exit dispatch(const Arguments& arguments) {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "-h") {
    print_help();
    return arguments.empty() ? Exit::kBadInput : Exit::kFine;
  }
  if (arguments.front() == "--version") {
    fmt::print("millrace {}\n", kVersion);
    return Exit::kFine;
  }
  std::string names;
  for (const Command& command : kCommands) {
    if (command.name == arguments.front()) {
      return command.run({arguments.begin() + 1, arguments.end()});
    }
    names += (names.empty() ? "" : ", ") + command.name;
  }
  throw UsageError(fmt::format("unknown command '{}'; legal are {}", arguments.front(), names));
}

}  // namespace
}  // namespace millrace::sim

int sc_main(int argc, char* argv[]) {
  using namespace millrace;
  const auto refuse = [](const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "millrace: error: {}\n", error.what());
    return static_cast<int>(sim::Exit::kBadInput);
  };
  try {
    const sim::Exit exit = sim::dispatch({argv + 1, argv + argc});
    if (std::fflush(stdout) != 0) {
      throw sim::OutputError(
          fmt::format("the standard output cannot be written: {}", std::generic_category().message(errno)));
    }
    return static_cast<int>(exit);
  } catch (const std::bad_alloc&) {
    return refuse(std::runtime_error("the design needs more memory than there is"));
  } catch (const std::exception& error) {
    return refuse(error);
  }
}

int main(int argc, char* argv[]) {
  // The kernel greets on stderr unless told not to, and reports a regular stop.
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  return sc_core::sc_elab_and_sim(argc, argv);
}
