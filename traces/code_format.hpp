// How values are stored as codes of 8 bits: value = code * scale.
#pragma once

#include <cstddef>
#include <map>

namespace millrace::traces {

/// Element type of codes: I8 where a tensor has negative values, U8 where it has none.
struct CodeFormat {
  bool is_signed = true;
  double scale = 1.0;
  friend bool operator==(const CodeFormat&, const CodeFormat&) = default;
};

/// What is stored beside the masks.
struct CodeFormats {
  std::map<std::size_t, CodeFormat> activations;  ///< by EdgeId::index
  std::map<std::size_t, CodeFormat> weights;      ///< by LayerId::index
  friend bool operator==(const CodeFormats&, const CodeFormats&) = default;
};

}  // namespace millrace::traces
