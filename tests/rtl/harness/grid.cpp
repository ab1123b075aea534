#include "tests/rtl/harness/grid.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace millrace::rtl {
namespace {

std::vector<PortStream> ports_of(const nlohmann::json& side) {
  std::vector<PortStream> ports;
  for (const nlohmann::json& stream : side) {
    ports.push_back({Depth{stream.at("depth")}, Cycles{stream.at("latency").get<std::int64_t>()}, stream.at("words"),
                     stream.at("lanes"), stream.at("bits"), stream.at("zeros"), stream.at("late")});
  }
  return ports;
}

}  // namespace

std::int64_t TwinCase::at(const std::string& name) const {
  const auto found = parameters.find(name);
  if (found == parameters.end() || found->second.size() != 1) {
    throw std::out_of_range("the grid has no number " + name);
  }
  return found->second.front();
}

std::int64_t& TwinCase::at(const std::string& name) {
  const auto found = parameters.find(name);
  if (found == parameters.end() || found->second.size() != 1) {
    throw std::out_of_range("the grid has no number " + name);
  }
  return found->second.front();
}

Grid read_grid(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path.string());
  }
  const nlohmann::json json = nlohmann::json::parse(file);
  Grid grid;
  grid.slot_bits = json.at("slot_bits");
  for (const nlohmann::json& described : json.at("cases")) {
    TwinCase twin_case;
    for (const auto& [name, value] : described.at("parameters").items()) {
      if (value.is_array()) {
        twin_case.parameters[name] = value.get<std::vector<std::int64_t>>();
      } else if (value.is_number_integer()) {
        twin_case.parameters[name] = {value.get<std::int64_t>()};
      }
    }
    twin_case.in = ports_of(described.at("in"));
    twin_case.out = ports_of(described.at("out"));
    twin_case.probes = described.at("probes");
    twin_case.first_stream = grid.streams;
    grid.streams += twin_case.streams();
    grid.cases.push_back(std::move(twin_case));
  }
  return grid;
}

}  // namespace millrace::rtl
