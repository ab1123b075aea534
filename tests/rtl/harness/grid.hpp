// The grid of one twin as generate_grid.py wrote it beside the Verilated top: every parameter set and the shape of
// every stream. Verilog and C++ thus read one table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "modules/stream/stream.hpp"

namespace millrace::rtl {

/// A stream at a port of a twin.
struct PortStream {
  Depth depth;
  Cycles latency;
  std::int64_t words = 0;  ///< per image
  std::int64_t lanes = 1;
  std::int64_t bits = 8;    ///< of a lane, two's complement
  std::int64_t zeros = 30;  ///< percent of the lanes that a source sends
  bool is_late = false;     ///< a word's data follow its push: only what is popped has values
  friend bool operator==(const PortStream&, const PortStream&) = default;
};

/// One parameter set. Its streams are numbered inputs first, then outputs, then probes (streams inside the twin).
struct TwinCase {
  std::map<std::string, std::vector<std::int64_t>> parameters;
  std::vector<PortStream> in;
  std::vector<PortStream> out;
  std::size_t probes = 0;
  std::size_t first_stream = 0;  ///< in the vectors of the Verilated top

  /// A parameter that is one number. Throws std::out_of_range with the name if there is none.
  std::int64_t at(const std::string& name) const;
  std::int64_t& at(const std::string& name);
  friend bool operator==(const TwinCase&, const TwinCase&) = default;
  std::size_t streams() const { return in.size() + out.size() + probes; }
};

struct Grid {
  std::vector<TwinCase> cases;
  std::size_t streams = 0;
  std::size_t slot_bits = 0;  ///< of every stream in the data vectors
};

/// Throws std::runtime_error if the file cannot be read.
Grid read_grid(const std::filesystem::path& path);

}  // namespace millrace::rtl
