#include "tests/modules/support/engine_recurrence.hpp"

#include <algorithm>

namespace millrace {
namespace {

/// The edge from which word n may be pushed, as far as room and the writer's port go.
std::int64_t room(const StreamEdges& edges, const PlannedStream& stream) {
  const std::size_t capacity = static_cast<std::size_t>(stream.depth.words + stream.latency.count() - 1);
  const std::size_t word = edges.pushes.size();
  const std::int64_t freed = word < capacity ? 0 : edges.pops.at(word - capacity) + 1;
  return std::max(freed, word == 0 ? 0 : edges.pushes.back() + 1);
}

/// The edge from which word k may be popped.
std::int64_t arrival(const StreamEdges& edges, const PlannedStream& stream) {
  const std::size_t word = edges.pops.size();
  return std::max(edges.pushes.at(word) + stream.latency.count(), word == 0 ? 0 : edges.pops.back() + 1);
}

/// Everything that moves, advanced window by window.
class Loops {
 public:
  explicit Loops(const EngineCase& engine) : engine_(engine), unit_now_(static_cast<std::size_t>(engine.dot.units)) {}

  EngineEdges run() {
    if (engine_.walker) {
      const std::vector<WalkStep> walk = walk_of(*engine_.walker);
      for (std::int64_t image = 0; image < engine_.images; ++image) {
        for (const WalkStep& step : walk) {
          walk_on(step);
        }
      }
    } else {
      for (std::size_t window = 0; window < engine_.windows(); ++window) {
        send(edges_.queue, engine_.queue);
        work_window();
      }
    }
    return edges_;
  }

 private:
  void send(StreamEdges& edges, const PlannedStream& stream) {
    source_now_ = std::max(source_now_ + engine_.source.at(edges.pushes.size()), room(edges, stream));
    edges.pushes.push_back(source_now_);
  }

  void walk_on(const WalkStep& step) {
    if (step.pops) {
      send(edges_.input, engine_.input);
      walker_now_ = std::max(walker_now_, arrival(edges_.input, engine_.input));
      edges_.input.pops.push_back(walker_now_);
    }
    walker_now_ += 1;
    if (step.pushes) {
      walker_now_ = std::max(walker_now_, room(edges_.queue, engine_.queue));
      edges_.queue.pushes.push_back(walker_now_);
      work_window();
    }
  }

  void work_window() {
    const std::size_t window = edges_.unit_pops.size();
    const std::int64_t pushed = edges_.queue.pushes.at(window) + engine_.queue.latency.count();
    const std::int64_t all_ready = std::max(pushed, *std::max_element(unit_now_.begin(), unit_now_.end()));
    Edges pops;
    for (std::size_t unit = 0; unit < unit_now_.size(); ++unit) {
      pops.push_back(engine_.dot.lock_step ? all_ready : std::max(unit_now_[unit], pushed));
      unit_now_[unit] = pops[unit] + engine_.work.at(window * unit_now_.size() + unit);
    }
    edges_.queue.pops.push_back(*std::max_element(pops.begin(), pops.end()));
    edges_.unit_pops.push_back(pops);
    if ((window + 1) % static_cast<std::size_t>(engine_.dot.windows_per_accumulation) == 0) {
      hand_over();
    }
  }

  void hand_over() {
    const std::int64_t accumulation = static_cast<std::int64_t>(edges_.unit_ends.size());
    edges_.unit_ends.push_back(unit_now_);
    drain(*std::max_element(unit_now_.begin(), unit_now_.end()) + 1);
    const std::int64_t emptied = accumulation + 1 - engine_.dot.pixel_buffers;
    const std::int64_t bank = emptied < 0 ? 0 : last_pushes_.at(static_cast<std::size_t>(emptied));
    for (std::int64_t& now : unit_now_) {
      now = std::max(now, bank);
    }
    edges_.unit_hands.push_back(unit_now_);
  }

  void drain(std::int64_t from) {
    for (std::int64_t word = 0; word < engine_.dot.words_per_accumulation; ++word) {
      edges_.output.pushes.push_back(std::max(from, room(edges_.output, engine_.output)));
      sink_now_ = std::max(sink_now_, arrival(edges_.output, engine_.output));
      edges_.output.pops.push_back(sink_now_);
      sink_now_ += engine_.sink.at(edges_.output.pops.size() - 1);
    }
    last_pushes_.push_back(edges_.output.pushes.back());
  }

  const EngineCase& engine_;
  EngineEdges edges_;
  std::int64_t source_now_ = 0;
  std::int64_t walker_now_ = 0;
  std::int64_t sink_now_ = 0;
  Edges unit_now_;
  Edges last_pushes_;  // e(p)
};

}  // namespace

std::vector<WalkStep> walk_of(const SlidingWindowParameters& walker) {
  const WindowShape& shape = walker.shape;
  const std::int64_t rows = shape.pad_top + shape.height + shape.pad_bottom;
  const std::int64_t columns = shape.pad_left + shape.width + shape.pad_right;
  std::vector<WalkStep> walk(static_cast<std::size_t>(rows * columns * walker.beats));
  const auto step = [&](std::int64_t row, std::int64_t column, std::int64_t beat) -> WalkStep& {
    return walk[static_cast<std::size_t>((row * columns + column) * walker.beats + beat)];
  };
  for (std::int64_t beat = 0; beat < walker.beats; ++beat) {
    for (std::int64_t y = 0; y < shape.height; ++y) {
      for (std::int64_t x = 0; x < shape.width; ++x) {
        step(shape.pad_top + y, shape.pad_left + x, beat).pops = true;
      }
    }
    for (std::int64_t top = 0; top + shape.kernel <= rows; top += shape.stride) {
      for (std::int64_t left = 0; left + shape.kernel <= columns; left += shape.stride) {
        step(top + shape.kernel - 1, left + shape.kernel - 1, beat).pushes = true;
      }
    }
  }
  return walk;
}

EngineEdges recurrence(const EngineCase& engine) {
  return Loops(engine).run();
}

Graph<Timing> graph_of(const EngineCase& engine) {
  Graph<Timing> graph;
  const Images images{engine.images};
  const auto add_stream = [&](const PlannedStream& stream) {
    return graph.stream(stream.depth.words, stream.latency.count());
  };
  const auto first = add_stream(engine.walker ? engine.input : engine.queue);
  const auto queue = engine.walker ? add_stream(engine.queue) : first;
  const auto output = add_stream(engine.output);
  graph.add_source(first, engine.source);
  if (engine.walker) {
    graph.add<SlidingWindow>({first}, {queue}, *engine.walker, images);
  }
  graph.add_dot_array(queue, output, engine.dot, images, engine.work);
  graph.add_sink(output, engine.sink);
  return graph;
}

}  // namespace millrace
