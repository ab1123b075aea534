// Options that commands which run a trace have in common.
#pragma once

#include <boost/program_options.hpp>

#include "modules/process/module.hpp"
#include "sim/work/work_stage.hpp"
#include "traces/trace.hpp"

namespace millrace::sim {

/// --images
void add_images_option(boost::program_options::options_description_easy_init& options);
/// The first N of the trace, or all. Throws UsageError if it has not as many.
Images images_to_run(const boost::program_options::variables_map& values, const traces::Trace& trace);

/// --threads, --simd
void add_work_options(boost::program_options::options_description_easy_init& options);
/// Throws UsageError for what this processor or this program has not.
WorkOptions work_options(const boost::program_options::variables_map& values);

}  // namespace millrace::sim
