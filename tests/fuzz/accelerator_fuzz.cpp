// Any bytes as an accelerator file: they are refused with a message, or make a plan of a small network with every
// kind of engine.
#include <cstddef>
#include <cstdint>

#include "sim/config/accelerator.hpp"
#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"
#include "tests/fuzz/every_engine.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/refusal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  static const traces::Network network = fuzz::every_engine();
  const fuzz::MemoryFile file(data, size);
  try {
    sim::complete(sim::draft_plan(sim::Accelerator::read(file.path()), network));
  } catch (const sim::ConfigError& error) {
    fuzz::check_message(error);
  }
  return 0;
}
