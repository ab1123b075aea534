// What was seen at the two ends of streams, and how two such records are compared: word by word.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modules/stream/word.hpp"
#include "tests/modules/support/edge_log.hpp"

namespace millrace::rtl {

struct StreamRecord {
  StreamEdges edges;
  std::vector<Values> pushed;
  std::vector<Values> popped;
};

/// The streams of one case.
using CaseRecord = std::vector<StreamRecord>;

/// The first difference in words (stream, end, word, both edges or values); none if the records are equal.
std::optional<std::string> first_difference(const CaseRecord& model, const CaseRecord& twin);

/// What a comparison looks at.
struct Compared {
  std::int64_t edges = 0;
  std::int64_t values = 0;  ///< lanes
  Compared& operator+=(const Compared& other) {
    edges += other.edges;
    values += other.values;
    return *this;
  }
};
Compared count(const CaseRecord& record);

}  // namespace millrace::rtl
