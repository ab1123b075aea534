#include "tests/traces/raw_trace.hpp"

#include <cstring>
#include <fstream>

namespace millrace::test {

RawTrace::RawTrace() {
  graph = nlohmann::json::parse(R"({
    "version": 1,
    "network": {
      "name": "small",
      "input": {"edge": "input", "shape": [4, 4, 3]},
      "layers": [
        {"name": "c", "operator": "conv", "inputs": ["input"], "output": "e", "filters": 5, "kernel": [3, 3],
         "stride": 1, "pads": [1, 1, 1, 1], "groups": 1, "pointwise": ["relu"]},
        {"name": "f", "operator": "fully_connected", "inputs": ["e"], "output": "o", "outputs": 2}
      ],
      "output": "o"
    },
    "images": [{"name": "one.png", "label": 1, "top1": 0}]
  })");
  append("weight_mask/c", "U8", {5, 3, 3, 1}, std::vector<std::uint8_t>(45));
  append("weight_mask/f", "U8", {2, 1, 1, 10}, std::vector<std::uint8_t>(20));
  append("activation_mask/input", "U8", {1, 4, 4, 1}, std::vector<std::uint8_t>(16));
  append("activation_mask/e", "U8", {1, 4, 4, 1}, std::vector<std::uint8_t>(16));
}

void RawTrace::append(const std::string& name, const std::string& dtype, const std::vector<std::int64_t>& shape,
                      const std::vector<std::uint8_t>& bytes) {
  header[name] = {{"dtype", dtype}, {"shape", shape}, {"data_offsets", {data.size(), data.size() + bytes.size()}}};
  data.insert(data.end(), bytes.begin(), bytes.end());
}

void RawTrace::write(const std::filesystem::path& file) const {
  nlohmann::ordered_json whole = header;
  whole["__metadata__"] = {{"millrace", graph_text.value_or(graph.dump())}};
  const std::string text = header_text.value_or(whole.dump());
  const std::uint64_t size = length.value_or(text.size());
  std::string prefix(sizeof size, '\0');
  std::memcpy(prefix.data(), &size, sizeof size);
  std::ofstream stream(file, std::ios::binary);
  stream << prefix << text;
  stream.write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
}

}  // namespace millrace::test
