// `millrace validate --designs`: formulas and simulation over all points of a study.
#pragma once

#include <boost/program_options.hpp>
#include <string>

#include "sim/analytical/layer_model.hpp"
#include "sim/cli/command.hpp"

namespace millrace::sim {

/// Prints the table and writes --csv. Throws UsageError for options of single accelerators, ConfigError, TraceError.
Exit validate_designs(const std::string& study, const boost::program_options::variables_map& values,
                      const analytical::LayerModel& model);

}  // namespace millrace::sim
