// Accelerators and plans from YAML in a test.
#pragma once

#include <fstream>
#include <string>

#include "sim/config/accelerator.hpp"
#include "sim/plan/plan.hpp"
#include "sim/plan/planner.hpp"
#include "sim/structure/join_depths.hpp"
#include "tests/traces/temporary_folder.hpp"

namespace millrace::test {

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// Reads `text` from a file that is called a.yaml.
inline sim::Accelerator read_yaml(const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder / "a.yaml", text);
  return sim::Accelerator::read(folder / "a.yaml");
}

inline sim::Plan plan_of(const std::string& yaml, const traces::Network& network) {
  return sim::complete(sim::draft_plan(read_yaml(yaml), network));
}

}  // namespace millrace::test
