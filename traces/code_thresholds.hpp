// Thresholds on the codes of a trace: activations with |code| <= T and weights with |code| < T are taken for zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace millrace::traces {

/// All above 0; what is not named keeps the zeros that it has.
struct CodeThresholds {
  std::map<std::size_t, std::int64_t> activations;  ///< by EdgeId::index
  std::map<std::size_t, std::int64_t> weights;      ///< by LayerId::index

  bool empty() const { return activations.empty() && weights.empty(); }
  friend bool operator==(const CodeThresholds&, const CodeThresholds&) = default;
};

}  // namespace millrace::traces
