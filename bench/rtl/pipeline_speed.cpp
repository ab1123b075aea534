// The same pipeline and images in the product (SystemC kernel, running ahead, masks counted on the way) and Verilated,
// one behind the other: prints the cycles and the seconds of both. Compiled once a pipeline.

// Before SystemC: Verilator's headers would take it for a model in SystemC.
#include PIPELINE_HEADER
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <systemc>

#include "sim/cli/inputs.hpp"
#include "sim/pipeline/simulation.hpp"
#include "tests/rtl/pipeline/verilated_pipeline.hpp"

namespace millrace {
namespace {

template <typename Job>
double seconds_of(Job job) {
  const auto start = std::chrono::steady_clock::now();
  job();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int measure() {
  const sim::Inputs inputs = sim::read_inputs(PIPELINE_ACCELERATOR, PIPELINE_TRACE);
  std::int64_t cycles = 0;
  const double ours = seconds_of([&] {
    sim::ImageLog log;
    sim::Simulation simulation(inputs.plan, inputs.trace, Images{PIPELINE_IMAGES}, Pace::kRunAhead, {}, log);
    cycles = std::get<sim::Outcome>(simulation.run()).total.count();
  });
  std::uint32_t mismatches = 0;
  const double verilated = seconds_of([&] {
    rtl::VerilatedPipeline<PIPELINE_TOP> pipeline(inputs.plan.streams.size());
    for (std::int64_t edge = 0; edge < cycles; ++edge) {
      pipeline.step();
    }
    mismatches = pipeline.mismatches();
  });
  fmt::print("images {} cycles {} ours {:.6f} verilated {:.6f}\n", PIPELINE_IMAGES, cycles, ours, verilated);
  return mismatches == 0 ? 0 : 1;
}

}  // namespace
}  // namespace millrace

int sc_main(int, char*[]) {
  return millrace::measure();
}

int main(int argc, char* argv[]) {
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  return sc_core::sc_elab_and_sim(argc, argv);
}
