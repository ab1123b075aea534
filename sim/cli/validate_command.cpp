#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "sim/analytical/mended_model.hpp"
#include "sim/analytical/published_model.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/inputs.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/cli/validate_designs.hpp"
#include "sim/output/atomic_file.hpp"
#include "sim/output/progress.hpp"
#include "sim/output/validation_json.hpp"
#include "sim/output/validation_table.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/validation/validation.hpp"

namespace millrace::sim {
namespace {

namespace po = boost::program_options;

std::unique_ptr<analytical::LayerModel> model_of(const po::variables_map& values) {
  const std::string name = values["model"].as<std::string>();
  if (name == "mended") {
    return std::make_unique<analytical::MendedModel>();
  }
  if (name == "published") {
    return std::make_unique<analytical::PublishedModel>();
  }
  throw UsageError(fmt::format("--model {}: is not known; legal are mended, published", name));
}

/// The progress bar is gone when this returns.
std::variant<Validation, Deadlock> validate(const Inputs& inputs, Images images, const analytical::LayerModel& model,
                                            const WorkOptions& options, Progress::Audience audience) {
  Progress progress("runs", audience);
  const RecordedWork work(inputs.plan, inputs.trace, images, options);
  return validate(inputs.plan, inputs.trace, work, model, options.threads, [&](std::size_t done, std::size_t all) {
    progress.report(static_cast<std::int64_t>(done), static_cast<std::int64_t>(all));
  });
}

}  // namespace

Exit validate_command(const Arguments& arguments) {
  CommandLine line("millrace validate ACCELERATOR.yaml | --designs STUDY.yaml [options]",
                   "millrace validate workloads/resnet20-cifar10/balanced.yaml --images 4 --json validation.json",
                   "FILE");
  auto options = line.options();
  options("trace", po::value<std::string>()->value_name("FILE"), "trace to run instead of the file's own");
  add_images_option(options);
  options("model", po::value<std::string>()->value_name("NAME")->default_value("mended"),
          "mended, or published: fpgaConvNet's equations with their quirks (docs/analytical-model.md)")(
      "json", po::value<std::string>()->value_name("FILE"), "write all results to FILE")(
      "designs", "the file is a study (docs/studies.md): compare all its designs")(
      "csv", po::value<std::string>()->value_name("FILE"), "with --designs: write a row a design to FILE");
  add_work_options(options);
  options("quiet", "print no table and no progress");
  if (!line.parse(arguments)) {
    return Exit::kFine;
  }
  const po::variables_map& values = line.values();
  const std::unique_ptr<analytical::LayerModel> model = model_of(values);
  if (values.contains("designs")) {
    return validate_designs(line.positional(), values, *model);
  }
  if (values.contains("csv")) {
    throw UsageError("--csv goes with --designs; results of one accelerator go to --json");
  }
  const Inputs inputs = read_inputs(line.positional(), text_of(values, "trace"));
  const bool quiet = values.contains("quiet");
  const std::variant<Validation, Deadlock> result =
      validate(inputs, images_to_run(values, inputs.trace), *model, work_options(values),
               quiet ? Progress::Audience::kNobody : Progress::Audience::kUser);
  if (const auto* deadlock = std::get_if<Deadlock>(&result)) {
    fmt::print(stderr, "millrace: {}", describe(*deadlock));
    return Exit::kDesignFailed;
  }
  const auto& validation = std::get<Validation>(result);
  if (const std::optional<std::string> file = text_of(values, "json")) {
    write_file(
        *file,
        validation_json(inputs.plan, inputs.trace, values["model"].as<std::string>(), validation).dump(1) + "\n");
  }
  if (!quiet) {
    fmt::print("{}", validation_table(inputs.plan, validation));
  }
  return Exit::kFine;
}

}  // namespace millrace::sim
