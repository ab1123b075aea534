// Modules and streams of a plan by their names; a name that is not there fails the test.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/plan/plan.hpp"

namespace millrace::test {

inline sim::StreamId stream_id(const sim::Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.streams.begin(), plan.streams.end(),
                                  [&](const sim::PlannedStream& stream) { return stream.name == name; });
  if (found == plan.streams.end()) {
    throw std::out_of_range("the plan has no stream '" + name + "'");
  }
  return {static_cast<std::size_t>(found - plan.streams.begin())};
}

inline const sim::PlannedStream& stream(const sim::Plan& plan, const std::string& name) {
  return plan.stream(stream_id(plan, name));
}

inline const sim::PlannedModule& module(const sim::Plan& plan, const std::string& name) {
  const auto found = std::find_if(plan.modules.begin(), plan.modules.end(),
                                  [&](const sim::PlannedModule& module) { return module.name == name; });
  if (found == plan.modules.end()) {
    throw std::out_of_range("the plan has no module '" + name + "'");
  }
  return *found;
}

/// Streams into joins.
inline std::vector<sim::StreamId> join_streams(const sim::Plan& plan) {
  std::vector<sim::StreamId> joins;
  for (std::size_t index = 0; index < plan.streams.size(); ++index) {
    if (plan.streams[index].minimum_depth) {
      joins.push_back({index});
    }
  }
  return joins;
}

inline sim::Plan with_depth(sim::Plan plan, sim::StreamId id, std::int64_t depth) {
  plan.streams[id.index].depth = Depth{depth};
  return plan;
}

}  // namespace millrace::test
