#include "sim/diff/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>

#include "traces/in_quotes.hpp"
#include "traces/json_reader.hpp"
#include "traces/network.hpp"

namespace millrace::sim {
namespace {

using traces::JsonReader;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30U;
constexpr const char* kRunSchema = "millrace-run-1";
constexpr const char* kPlanSchema = "millrace-plan-1";

std::string read_text(const std::filesystem::path& file) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) {
    throw ResultError(file.string() + ": there is no such file; name a result of 'millrace run --json'");
  }
  if (std::filesystem::file_size(file, failed) > kMostBytes) {
    throw ResultError(file.string() + ": is larger than 1 GiB; no result is");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || !stream.is_open()) {
    throw ResultError(file.string() + ": cannot be read");
  }
  return text;
}

std::map<std::string, double> waits_of(const JsonReader& run, double images) {
  std::map<std::string, double> waits;
  for (const JsonReader& process : run.at("modules").elements()) {
    for (const char* cause : {"starved_by", "blocked_by"}) {
      const JsonReader streams = process.at(cause);
      for (const auto& [name, cycles] : streams.value().items()) {
        double& longest = waits[name];
        longest = std::max(longest, streams.at(name).number() / images);
      }
    }
  }
  return waits;
}

std::vector<NamedNumber> totals_of(const JsonReader& run) {
  std::vector<double> latencies;
  for (const JsonReader& image : run.at("images").elements()) {
    latencies.push_back(image.at("latency").number());
  }
  const double sum = std::accumulate(latencies.begin(), latencies.end(), 0.0);
  const double interval = run.at("interval_cycles").number();
  return {{"images", static_cast<double>(latencies.size())},
          {"cycles", run.at("total_cycles").number()},
          {"interval", interval},
          {"images/s", run.at("clock_mhz").number() * 1e6 / interval},
          {"latency, mean", sum / static_cast<double>(latencies.size())},
          {"latency, most", *std::ranges::max_element(latencies)},
          {"MACs done", run.at("macs_done").number()},
          {"MACs, dense", run.at("dense_macs").number()}};
}

RunNumbers numbers_of(const JsonReader& run) {
  RunNumbers numbers;
  if (run.at("images").elements().empty()) {
    run.at("images").fail("holds no images");
  }
  const auto images = static_cast<double>(run.at("images").elements().size());
  numbers.totals = totals_of(run);
  numbers.bottleneck = run.at("bottleneck").at("name").string();
  for (const JsonReader& engine : run.at("engines").elements()) {
    numbers.engines.push_back({engine.at("name").string(), engine.at("busy").number() / images,
                               engine.at("starved").number() / images, engine.at("blocked").number() / images});
  }
  const std::map<std::string, double> waits = waits_of(run, images);
  for (const JsonReader& stream : run.at("streams").elements()) {
    const std::string name = stream.at("name").string();
    const auto found = waits.find(name);
    numbers.streams.push_back({name, stream.at("depth").integer(), stream.at("high_water").integer(),
                               found == waits.end() ? 0.0 : found->second});
  }
  return numbers;
}

ResultFile read_schema(const std::filesystem::path& file, const JsonReader& root) {
  ResultFile result{file, root.at("schema").string(), root.at("network").string(), {}, {}, {}};
  if (result.schema == kPlanSchema) {
    result.configuration = root.value();
    return result;
  }
  if (result.schema != kRunSchema) {
    root.at("schema").fail(fmt::format("is {}; legal are '{}' (millrace run --json) and '{}' (millrace plan --json)",
                                       traces::in_quotes(result.schema), kRunSchema, kPlanSchema));
  }
  result.configuration = root.at("configuration").value();
  result.origins = {{"version", root.at("version").string()},
                    {"trace", root.at("trace").at("hash").string()},
                    {"weights of the trace", root.at("trace").at("weight_hash").string()}};
  if (const std::optional<JsonReader> thresholds = root.find("thresholds")) {
    result.origins["thresholds"] = thresholds->value().dump();
  }
  result.run = numbers_of(root);
  return result;
}

}  // namespace

ResultFile ResultFile::read(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  try {
    const traces::ParsedJson json = traces::parse_json(text);
    return read_schema(file, JsonReader(json.value));
  } catch (const traces::TraceError& error) {
    throw ResultError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace millrace::sim
