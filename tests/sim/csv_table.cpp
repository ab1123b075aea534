#include "tests/sim/csv_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace millrace::test {

CsvTable::CsvTable(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool is_quoted = false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char c = text[index];
    std::string& field = lines.back().back();
    if (is_quoted && c == '"' && index + 1 < text.size() && text[index + 1] == '"') {
      field += c;
      ++index;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      lines.back().emplace_back();
    } else if (c == '\n' && !is_quoted) {
      lines.push_back({""});
    } else {
      field += c;
    }
  }
  lines.pop_back();
  header_ = lines.at(0);
  rows_.assign(lines.begin() + 1, lines.end());
  for (const std::vector<std::string>& row : rows_) {
    if (row.size() != header_.size()) {
      throw std::runtime_error("a row has " + std::to_string(row.size()) + " fields");
    }
  }
}

const std::string& CsvTable::at(std::size_t row, const std::string& column) const {
  const auto found = std::ranges::find(header_, column);
  if (found == header_.end()) {
    throw std::out_of_range("no column " + column);
  }
  return rows_.at(row).at(static_cast<std::size_t>(found - header_.begin()));
}

}  // namespace millrace::test
