// How far a sizing has come, on stderr: a line that is written over on a terminal, else a plain line now and then.
#pragma once

#include <optional>
#include <string>

#include "sim/output/status_line.hpp"
#include "sim/sizing/sizing.hpp"

namespace millrace::sim {

/// `quiet` prints nothing.
class SizingProgress final : public SizingObserver {
 public:
  SizingProgress(Objective objective, bool quiet);

  void at(const std::string& stage, double done, std::int64_t runs, const std::optional<FifoMemory>& best) override;

 private:
  Objective objective_;
  bool quiet_;
  StatusLine line_;
};

}  // namespace millrace::sim
