#include "tests/oracle/process.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace millrace::oracle {

Process::Process(std::vector<InPort> ins, std::vector<OutPort> outs) : ins_(std::move(ins)), outs_(std::move(outs)) {
  record_.starved_by.resize(ins_.size());
  record_.blocked_by.resize(std::max<std::size_t>(outs_.size(), 1));  // a bank or the memory may block, too
}

void Process::evaluate(Edge edge) {
  needs_.clear();
  held_by_itself_ = false;
  while (!finished_ && work_left_ == 0 && advance()) {
    moved(edge);
  }
}

void Process::moved(Edge edge) {
  moved_ = true;
  record_.last_edge = edge;
}

bool Process::tick() {
  bool lives = std::exchange(moved_, false) || held_by_itself_;
  if (work_left_ > 0) {
    --work_left_;
    ++record_.busy;
    lives = true;
  } else if (held_by_itself_) {
    ++held_;
  } else if (!needs_.empty()) {
    ++waited_;
    last_missing_ = needs_.front().port;
  }
  return lives;
}

void Process::work(std::uint32_t cycles) {
  if (cycles == 0) {
    throw std::invalid_argument("work takes at least one cycle");
  }
  work_left_ = cycles;
}

void Process::wait(Account account, Want want, std::size_t port) {
  account_ = account;
  needs_.push_back({want, port});
}

void Process::end_wait() {
  record_.busy += std::exchange(held_, 0);
  const std::uint64_t waited = std::exchange(waited_, 0);
  if (waited == 0) {
    return;
  }
  if (account_ == Account::kBlocked) {
    record_.blocked += waited;
    record_.blocked_by[last_missing_] += waited;
  } else if (popped_ever_) {  // waiting for the first word is idle
    record_.starved += waited;
    record_.starved_by[last_missing_] += waited;
  }
}

bool Process::pop_all() {
  return pop_ports(0, ins_.size());
}

bool Process::pop_from(std::size_t port) {
  return pop_ports(port, port + 1);
}

// From every port of [first, last), at one edge.
bool Process::pop_ports(std::size_t first, std::size_t last) {
  bool popped_now = false;
  for (std::size_t port = first; port < last; ++port) {
    if (!ins_[port].channel->has_word(ins_[port].reader)) {
      wait(Account::kStarved, Want::kWord, port);
    }
    popped_now = popped_now || ins_[port].channel->popped_now(ins_[port].reader);
  }
  if (!needs_.empty() || popped_now) {
    held_by_itself_ = popped_now;
    return false;
  }
  for (std::size_t port = first; port < last; ++port) {
    ins_[port].channel->pop(ins_[port].reader);
  }
  end_wait();
  popped_ever_ = true;
  return true;
}

bool Process::push_all() {
  bool pushed_now = false;
  for (std::size_t port = 0; port < outs_.size(); ++port) {
    if (!outs_[port].channel->has_room()) {
      wait(Account::kBlocked, Want::kRoom, port);
    }
    pushed_now = pushed_now || outs_[port].channel->pushed_now();
  }
  if (!needs_.empty() || pushed_now) {
    held_by_itself_ = pushed_now;
    return false;
  }
  for (const OutPort& out : outs_) {
    out.channel->push();
  }
  end_wait();
  return true;
}

bool Process::starved_until(bool condition, Want want) {
  if (!condition) {
    wait(Account::kStarved, want, 0);
    return false;
  }
  end_wait();
  popped_ever_ = true;
  return true;
}

bool Process::blocked_until(bool condition, Want want) {
  if (!condition) {
    wait(Account::kBlocked, want, 0);
    return false;
  }
  end_wait();
  return true;
}

ProcessRecord Process::record(Edge total) const {
  ProcessRecord record = record_;
  record.idle = total - record.busy - record.starved - record.blocked;
  record.finished = finished_;
  return record;
}

std::vector<Waiting> Process::waiting(std::size_t module, std::size_t process) const {
  std::vector<Waiting> result;
  for (const Need& need : needs_) {
    const bool at_input = account_ == Account::kStarved || outs_.empty();
    const StreamIndex stream = at_input ? ins_[need.port].stream : outs_[need.port].stream;
    result.push_back({module, process, need.want, stream});
  }
  return result;
}

}  // namespace millrace::oracle
