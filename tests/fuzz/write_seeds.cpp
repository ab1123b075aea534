// Writes the seeds that are no text: small traces and models, from the builders of the tests.
// usage: write_seeds FOLDER
#include <filesystem>
#include <string>

#include "tests/capture/exported_model.hpp"
#include "tests/capture/small_network.hpp"
#include "tests/sim/networks.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/raw_trace.hpp"

namespace millrace::test {
namespace {

void write_traces(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  RawTrace().write(folder / "raw");
  RandomTrace(tiny_deep_network(), 1, 1).write(folder / "tiny");
  RandomTrace(grouped_network(), 2, 2).write(folder / "grouped");
  RandomTrace(residual_network(), 0, 3).write(folder / "network");
  RawTrace codes;
  codes.graph["code_scales"] = {{"weight_code/c", 0.5}};
  codes.append("weight_code/c", "I8", {5, 3, 3, 3}, std::vector<std::uint8_t>(135));
  codes.graph["provenance"] = {{"model", "m.onnx"}, {"pruned", 0.5}, {"pruned_nm", "2:4"}, {"bits", 8}};
  codes.write(folder / "codes");
}

void write_models(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  SmallNetwork(1).model().write(folder / "small");
  SmallNetwork(1, false).model().write(folder / "flattened");
  for (const int opset : {7, 10, 11, 13}) {
    ExportedModel(opset, opset > 10).model().write(folder / ("exported" + std::to_string(opset)));
  }
}

}  // namespace
}  // namespace millrace::test

int main(int argc, char* argv[]) {
  if (argc != 2) {
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  millrace::test::write_traces(folder / "trace");
  millrace::test::write_models(folder / "model");
  return 0;
}
