// Any bytes as an accelerator file that is read and not planned: they are refused with a message, or are settings.
// Many times as fast as planning, for long runs.
#include <cstddef>
#include <cstdint>

#include "sim/config/accelerator.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/refusal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const fuzz::MemoryFile file(data, size);
  try {
    sim::Accelerator::read(file.path());
  } catch (const sim::ConfigError& error) {
    fuzz::check_message(error);
  }
  return 0;
}
