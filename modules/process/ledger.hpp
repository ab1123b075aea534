// Where every clock edge of a process went. Kept by the process itself, read by observers; all figures in cycles.
//
// Starved: waiting for the word that came last, booked to that input port. Blocked: waiting for the room that came
// last, booked to that output port. Idle: before the first word, and behind the last action. Busy is what remains:
// working, or held only by the rule of one word an edge.
#pragma once

#include <cstddef>
#include <vector>

#include "modules/time/cycle.hpp"

namespace millrace {

struct Accounts {
  Cycles busy;
  std::vector<Cycles> starved;  ///< by input port
  std::vector<Cycles> blocked;  ///< by output port

  Cycles total_starved() const;
  Cycles total_blocked() const;
};

/// What had been booked when a process was through with an image.
struct ImageMark {
  Cycle edge;
  Cycles busy;
  Cycles starved;
  Cycles blocked;
};

class Ledger {
 public:
  Ledger(std::size_t inputs, std::size_t outputs);

  void book_idle(Cycles cycles) { idle_ += cycles; }
  void book_starved(std::size_t port, Cycles cycles) { waits_.starved[port] += cycles; }
  void book_blocked(std::size_t port, Cycles cycles) { waits_.blocked[port] += cycles; }

  /// Closes an image: what was booked since the last mark belongs to it.
  void end_image(Cycle edge);

  /// Up to an edge, by which all waits have been booked.
  Accounts accounts(Cycle edge) const;
  const std::vector<ImageMark>& images() const { return images_; }
  /// From the end of the first image to the end of the last; all zero with fewer than two images.
  Accounts steady() const;

 private:
  Cycles idle_;
  Accounts waits_;  ///< busy is zero
  Accounts after_first_;
  Accounts after_last_;
  std::vector<ImageMark> images_;
};

}  // namespace millrace
