// A comma-separated table, read back in a test.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace millrace::test {

class CsvTable {
 public:
  /// As RFC 4180 has it, with lines that end with \n.
  explicit CsvTable(const std::string& text);

  const std::vector<std::string>& header() const { return header_; }
  std::size_t rows() const { return rows_.size(); }
  /// Throws std::out_of_range if there is none.
  const std::string& at(std::size_t row, const std::string& column) const;
  double number(std::size_t row, const std::string& column) const { return std::stod(at(row, column)); }

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace millrace::test
