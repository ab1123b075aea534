#include "sim/cli/run_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <thread>

#include "sim/cli/command.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

constexpr std::int64_t kMostThreads = 1024;

}  // namespace

void add_images_option(po::options_description_easy_init& options) {
  options("images", po::value<std::int64_t>()->value_name("N"), "run the first N images (default: all)");
}

Images images_to_run(const po::variables_map& values, const traces::Trace& trace) {
  const std::int64_t available = std::ssize(trace.images());
  // A network without images is refused where its masks are looked for.
  if (!values.contains("images") || !trace.has_masks()) {
    return {available};
  }
  const std::int64_t images = values["images"].as<std::int64_t>();
  if (images < 1 || images > available) {
    throw UsageError(fmt::format("--images {}: the trace {} holds {} images; legal are 1 to {}", images,
                                 trace.file().string(), available, available));
  }
  return {images};
}

void add_work_options(po::options_description_easy_init& options) {
  options("threads", po::value<std::int64_t>()->value_name("N"),
          "use up to N threads (default: one a core); 1: no other thread. The results are the same")(
      "simd", po::value<std::string>()->value_name("LEVEL"),
      "count pairs with these vector instructions: portable, avx2, avx512 (default: the best of this processor). The "
      "results are the same");
}

WorkOptions work_options(const po::variables_map& values) {
  WorkOptions options;
  options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (values.contains("threads")) {
    const std::int64_t threads = values["threads"].as<std::int64_t>();
    if (threads < 1 || threads > kMostThreads) {
      throw UsageError(fmt::format("--threads {}: legal are 1 to {}", threads, kMostThreads));
    }
    options.threads = static_cast<std::size_t>(threads);
  }
  if (values.contains("simd")) {
    try {
      options.simd = simd_level_of(values["simd"].as<std::string>());
    } catch (const SimdError& error) {
      throw UsageError(fmt::format("--simd {}", error.what()));
    }
  }
  return options;
}

}  // namespace millrace::sim
