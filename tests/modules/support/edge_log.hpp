// Records what happens at the two ends of a stream.
#pragma once

#include <cstdint>
#include <vector>

#include "modules/stream/stream.hpp"

namespace millrace {

using Edges = std::vector<std::int64_t>;

struct StreamEdges {
  Edges pushes;
  Edges pops;
  friend bool operator==(const StreamEdges&, const StreamEdges&) = default;
};

class EdgeLog final : public StreamObserver {
 public:
  void pushed(const StreamTiming&, Cycle edge) override { edges_.pushes.push_back(edge.edge()); }
  void popped(const StreamTiming&, Cycle edge) override { edges_.pops.push_back(edge.edge()); }

  const StreamEdges& edges() const { return edges_; }

 private:
  StreamEdges edges_;
};

}  // namespace millrace
