#include "sim/sweep/point_row.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/sweep/result_columns.hpp"

namespace millrace::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 3> kStatusNames = {"ok", "deadlock", "illegal"};

}  // namespace

const char* status_name(PointStatus status) {
  return kStatusNames.at(static_cast<std::size_t>(status));
}

std::string write_row(const PointRow& row) {
  const Json json = {
      {"point", row.point + 1}, {"status", status_name(row.status)}, {"reason", row.reason}, {"results", row.results}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<PointRow> read_row(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    const auto number = json.at("point").get<std::size_t>();
    const auto* const status = std::ranges::find(kStatusNames, json.at("status").get<std::string>());
    PointRow row{number - 1, static_cast<PointStatus>(std::distance(kStatusNames.begin(), status)), json.at("reason"),
                 json.at("results")};
    const bool is_whole = row.results.empty() || row.results.size() == result_columns().size();
    const bool is_known = number > 0 && status != kStatusNames.end();
    return is_whole && is_known ? std::optional(std::move(row)) : std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace millrace::sim
