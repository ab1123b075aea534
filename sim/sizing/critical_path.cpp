#include "sim/sizing/critical_path.hpp"

#include <algorithm>
#include <optional>
#include <variant>

namespace millrace::sim {
namespace {

constexpr Cycles kNextEdge{1};

struct Event {
  StreamId stream;
  bool is_pop = false;
  std::size_t index = 0;
};

std::optional<std::size_t> index_at(const std::vector<Cycle>& edges, Cycle edge) {
  const auto found = std::lower_bound(edges.begin(), edges.end(), edge);
  if (found == edges.end() || *found != edge) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - edges.begin());
}

/// The last one before an edge.
std::optional<std::size_t> index_before(const std::vector<Cycle>& edges, Cycle edge) {
  const auto found = std::lower_bound(edges.begin(), edges.end(), edge);
  if (found == edges.begin()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - edges.begin()) - 1;
}

class WayBack {
 public:
  WayBack(const Plan& plan, const std::vector<EdgeRecord>& records) : plan_(plan), records_(records) {
    blame_.streams.resize(plan.streams.size());
    blame_.pixel_buffers.resize(plan.modules.size());
  }

  Blame walk(Cycle until) {
    std::optional<Event> at = last_pop();
    while (at && edge(*at) > until) {
      at = at->is_pop ? cause_of_pop(*at) : cause_of_push(*at);
    }
    return std::move(blame_);
  }

 private:
  std::optional<Event> last_pop() const {
    for (std::size_t index = 0; index < plan_.streams.size(); ++index) {
      if (std::holds_alternative<Writer>(plan_.module(plan_.streams[index].to).parameters)) {
        return Event{StreamId{index}, true, records_[index].pops().size() - 1};
      }
    }
    return std::nullopt;
  }

  const EdgeRecord& record(StreamId id) const { return records_[id.index]; }
  Cycle edge(const Event& event) const {
    const EdgeRecord& edges = record(event.stream);
    return event.is_pop ? edges.pops()[event.index] : edges.pushes()[event.index];
  }

  /// A push is at one edge with those of the module's other outputs, if it makes them together.
  std::optional<Event> cause_of_push(const Event& push) {
    const Cycle now = edge(push);
    const PlannedModule& module = plan_.module(plan_.stream(push.stream).from);
    for (const StreamId id : module.outputs) {
      const PlannedStream& stream = plan_.stream(id);
      const auto capacity = static_cast<std::size_t>(stream.depth.words + stream.latency.count() - 1);
      const std::optional<std::size_t> index = index_at(record(id).pushes(), now);
      if (index && *index >= capacity && record(id).pops()[*index - capacity] + kNextEdge == now) {
        ++blame_.streams[id.index];
        return Event{id, true, *index - capacity};
      }
    }
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      return cause_in_drain(push, engine->array, module.inputs.front());
    }
    return before(module, now, now);
  }

  std::optional<Event> cause_of_pop(const Event& pop) {
    const Cycle now = edge(pop);
    const ModuleId reader = plan_.stream(pop.stream).to;
    const PlannedModule& module = plan_.module(reader);
    for (const StreamId id : module.inputs) {
      const std::optional<std::size_t> index = index_at(record(id).pops(), now);
      if (index && record(id).pushes()[*index] + plan_.stream(id).latency == now) {
        return Event{id, false, *index};
      }
    }
    if (const auto* engine = std::get_if<DotEngine>(&module.parameters)) {
      return cause_in_units(pop, engine->array, reader);
    }
    // Ready passes through a module: a pop may follow a push at the same edge.
    return before(module, now, now + kNextEdge);
  }

  std::optional<Event> cause_in_drain(const Event& push, const DotArrayParameters& array, StreamId input) const {
    const auto words = static_cast<std::size_t>(array.words_per_accumulation);
    const std::vector<Cycle>& pushes = record(push.stream).pushes();
    const bool follows = push.index > 0 && pushes[push.index - 1] + kNextEdge == edge(push);
    if (push.index % words != 0 || follows) {
      return Event{push.stream, false, push.index - 1};
    }
    const auto windows = static_cast<std::size_t>(array.windows_per_accumulation);
    return Event{input, true, (push.index / words + 1) * windows - 1};
  }

  std::optional<Event> cause_in_units(const Event& pop, const DotArrayParameters& array, ModuleId module) {
    const auto windows = static_cast<std::size_t>(array.windows_per_accumulation);
    const auto buffers = static_cast<std::size_t>(array.pixel_buffers);
    const std::size_t accumulation = pop.index / windows;
    if (pop.index % windows == 0 && accumulation >= buffers) {
      const StreamId output = plan_.module(module).outputs.front();
      const auto words = static_cast<std::size_t>(array.words_per_accumulation);
      const Event freed{output, false, (accumulation - buffers + 1) * words - 1};
      if (edge(freed) == edge(pop)) {
        ++blame_.pixel_buffers[module.index];
        return freed;
      }
    }
    if (pop.index == 0) {
      return std::nullopt;
    }
    return Event{pop.stream, true, pop.index - 1};
  }

  /// What the module did last: a pop before `pops_before`, or a push before `pushes_before`. At the same edge the pop
  /// is the later of the two.
  std::optional<Event> before(const PlannedModule& module, Cycle pops_before, Cycle pushes_before) const {
    std::optional<Event> last;
    for (const StreamId id : module.inputs) {
      const std::optional<std::size_t> index = index_before(record(id).pops(), pops_before);
      if (index && (!last || record(id).pops()[*index] > edge(*last))) {
        last = Event{id, true, *index};
      }
    }
    for (const StreamId id : module.outputs) {
      const std::optional<std::size_t> index = index_before(record(id).pushes(), pushes_before);
      if (index && (!last || record(id).pushes()[*index] > edge(*last))) {
        last = Event{id, false, *index};
      }
    }
    return last;
  }

  const Plan& plan_;
  const std::vector<EdgeRecord>& records_;
  Blame blame_;
};

}  // namespace

Blame blame_of(const Plan& plan, const std::vector<EdgeRecord>& records, Cycle first_last_out) {
  return WayBack(plan, records).walk(first_last_out);
}

}  // namespace millrace::sim
