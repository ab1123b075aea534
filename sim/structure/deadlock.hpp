// Why a run got stuck: who waits for whom. What would free it is in remedy.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "modules/process/process.hpp"
#include "sim/plan/plan.hpp"

namespace millrace::sim {

/// A process that cannot go on.
struct Waiting {
  std::string process;
  std::string stream;
  bool for_room = false;  ///< else for a word
  std::int64_t occupancy = 0;
  std::int64_t capacity = 0;
  std::optional<Cycle> since;  ///< nothing if the run was one of order only
};

/// One depth that is enough on its own.
struct Remedy {
  std::string stream;
  std::int64_t depth = 0;
  std::int64_t sufficient = 0;  ///< the smallest that frees the loop, found by running the structure again
  /// Images of real data that were run to their end with it, and that got stuck with one word less; 0 if not tried.
  std::int64_t verified_images = 0;
};

struct Deadlock {
  std::optional<Cycle> cycle;  ///< the last edge at which anything moved; nothing if the run was one of order only
  std::vector<Waiting> waiting;
  std::vector<Waiting> loop;  ///< each waits for the next, the last for the first
  /// The least increase of one depth that is enough with all else as it is; where no single one is, with the streams of
  /// `too_short` at their minimum.
  std::optional<Remedy> remedy;
  /// Other streams into joins that are below their structural minimum, where one change is not enough.
  std::vector<Remedy> too_short;
};

/// `processes` as a host left them, none of them able to move. Without a remedy.
Deadlock diagnose(const std::vector<Process*>& processes);
/// As found by a run in which only the order of words counts: its edges are no edges of the design.
Deadlock without_edges(Deadlock deadlock);

/// The report, ready to print.
std::string describe(const Deadlock& deadlock);

}  // namespace millrace::sim
