#include "sim/output/comparison_csv.hpp"

#include <fmt/format.h>

namespace millrace::sim {
namespace {

/// In quotes where it must be.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string figures(const ComparedDesign& design) {
  if (!design.is_fine()) {
    return ",,,,,,,";
  }
  const auto error = [&](double predicted) { return (predicted - design.simulated) / design.simulated; };
  return fmt::format("{},{},{},{},{:.2f},{:.6f},{:.6f},", design.resources.dsps, design.resources.memory_bits,
                     design.mean_form, design.histogram_form, design.simulated, error(design.mean_form),
                     error(design.histogram_form));
}

}  // namespace

std::string comparison_csv(const DesignColumns& columns, const std::vector<ComparedDesign>& designs) {
  std::string csv = "design";
  for (const std::string& name : columns.names) {
    csv += "," + field(name);
  }
  csv += ",dsps,memory_bits,mean_form,histogram_form,simulated,mean_form_error,histogram_form_error,problem\n";
  for (std::size_t design = 0; design < designs.size(); ++design) {
    csv += std::to_string(design + 1);
    for (const std::string& value : columns.values.at(design)) {
      csv += "," + field(value);
    }
    csv += "," + figures(designs[design]) + field(designs[design].problem) + "\n";
  }
  return csv;
}

}  // namespace millrace::sim
