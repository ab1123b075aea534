// Where every clock edge of a process went. Kept by the process itself, read by observers; all figures in cycles.
//
// Busy: working, or held only by the rule of one word an edge. Starved: waiting for the word that came last, booked to
// that input port. Blocked: waiting for the room that came last, booked to that output port. Idle is what remains:
// before the first word, and behind the last action.
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

  void book_busy(Cycles cycles) { now_.busy += cycles; }
  void book_starved(std::size_t port, Cycles cycles) { now_.starved[port] += cycles; }
  void book_blocked(std::size_t port, Cycles cycles) { now_.blocked[port] += cycles; }

  /// Closes an image: what was booked since the last mark belongs to it.
  void end_image(Cycle edge);

  const Accounts& accounts() const { return now_; }
  const std::vector<ImageMark>& images() const { return images_; }
  /// From the end of the first image to the end of the last; all zero with fewer than two images.
  Accounts steady() const;

 private:
  Accounts now_;
  Accounts after_first_;
  Accounts after_last_;
  std::vector<ImageMark> images_;
};

}  // namespace millrace
