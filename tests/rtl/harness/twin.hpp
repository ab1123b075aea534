// A module and its twin, compared: what a twin's test file fills in and calls.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/rtl/harness/model_run.hpp"
#include "tests/rtl/harness/verilated_grid.hpp"

namespace millrace::rtl {

/// A change of the model alone; the comparison must notice it.
struct Mutation {
  std::string what;
  std::function<void(TwinCase&)> change;
};

struct Twin {
  std::string name;
  Grid grid;
  std::function<std::unique_ptr<TwinTop>()> make_top;
  MakeModel make_model;
  std::vector<Mutation> mutations;
};

/// Every case in every scenario: fails with the first difference, prints how much was compared.
void expect_equal_on_every_edge(const Twin& twin);

/// Every mutation makes the comparison fail in at least one case.
void expect_mutations_caught(const Twin& twin);

}  // namespace millrace::rtl
