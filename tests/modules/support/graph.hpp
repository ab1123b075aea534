// A graph of modules and streams as plain lists, so that a test can run the same one several times: on the worklist at
// either pace and in any order of processes, and on the SystemC kernel.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "modules/engine/dot_array.hpp"
#include "modules/engine/pointwise.hpp"
#include "modules/memory/dma.hpp"
#include "modules/process/module.hpp"
#include "tests/modules/support/test_ends.hpp"
#include "tests/modules/support/vector_work.hpp"

namespace millrace {

/// Owns what a module only refers to.
class Keep {
 public:
  template <typename Kept>
  Kept& keep(std::unique_ptr<Kept> object) {
    Kept& kept = *object;
    objects_.push_back(std::shared_ptr<Kept>(std::move(object)));
    return kept;
  }

 private:
  std::vector<std::shared_ptr<void>> objects_;
};

/// What a host gives a module that it builds.
template <typename Word>
struct Site {
  std::string name;
  Ends<Word> ends;
  MemoryPort* memory;  ///< null except for a DMA engine
  ImageObserver& images;
  Keep& keep;
};

template <typename Word>
struct PlannedModule {
  std::vector<std::size_t> in;
  std::vector<std::size_t> out;
  bool needs_memory;
  std::function<std::unique_ptr<Module>(Site<Word>)> build;
};

struct PlannedStream {
  Depth depth;
  Cycles latency;
};

template <typename Word>
class Graph {
 public:
  using StreamIndex = std::size_t;
  using StreamIndices = std::vector<StreamIndex>;
  using MakeFunction = std::function<std::unique_ptr<DotFunction<Word>>()>;

  StreamIndex stream(std::int64_t depth, std::int64_t latency = 1) {
    streams_.push_back({Depth{depth}, Cycles{latency}});
    return streams_.size() - 1;
  }

  /// A module of a test's own.
  void add_module(StreamIndices in, StreamIndices out, std::function<std::unique_ptr<Module>(Site<Word>)> build) {
    modules_.push_back({std::move(in), std::move(out), false, std::move(build)});
  }

  /// Any module that is made of its parameters alone.
  template <template <typename> class Kind, typename Parameters>
  void add(StreamIndices in, StreamIndices out, Parameters parameters, Images images) {
    modules_.push_back({std::move(in), std::move(out), false, [=](Site<Word> site) {
                          return std::make_unique<Kind<Word>>(site.name, parameters, images, std::move(site.ends));
                        }});
  }

  void add_source(StreamIndex out, ServiceTimes service, std::vector<Word> words = {}) {
    modules_.push_back({{}, {out}, false, [=](Site<Word> site) {
                          return std::make_unique<TestSource<Word>>(site.name, service, words, std::move(site.ends));
                        }});
  }

  void add_sink(StreamIndex in, ServiceTimes service, std::vector<Word>* received = nullptr) {
    modules_.push_back({{in}, {}, false, [=](Site<Word> site) {
                          return std::make_unique<TestSink<Word>>(site.name, service, received, std::move(site.ends));
                        }});
  }

  void add_dot_array(StreamIndex in, StreamIndex out, DotArrayParameters parameters, Images images,
                     std::vector<UnitWork> work, MakeFunction make_function = {}) {
    modules_.push_back({{in}, {out}, false, [=](Site<Word> site) {
                          WorkSource& source = site.keep.keep(
                              std::make_unique<VectorWork>(work, static_cast<std::size_t>(parameters.units)));
                          DotFunction<Word>* const function =
                              make_function ? &site.keep.keep(make_function()) : nullptr;
                          return std::make_unique<DotArray<Word>>(site.name, parameters, images, source, function,
                                                                  std::move(site.ends));
                        }});
  }

  void add_pointwise(StreamIndex in, StreamIndex out, PointwiseParameters parameters, Images images,
                     std::function<std::unique_ptr<PointwiseFunction<Word>>()> make_function = {}) {
    modules_.push_back(
        {{in}, {out}, false, [=](Site<Word> site) {
           PointwiseFunction<Word>* const function = make_function ? &site.keep.keep(make_function()) : nullptr;
           return std::make_unique<Pointwise<Word>>(site.name, parameters, images, function, std::move(site.ends));
         }});
  }

  void add_reader(StreamIndex out, DmaParameters parameters, Images images) {
    modules_.push_back({{}, {out}, true, make_dma<DmaReader>(parameters, images)});
  }

  void add_writer(StreamIndex in, DmaParameters parameters, Images images) {
    modules_.push_back({{in}, {}, true, make_dma<DmaWriter>(parameters, images)});
  }

  const std::vector<PlannedStream>& streams() const { return streams_; }
  const std::vector<PlannedModule<Word>>& modules() const { return modules_; }

 private:
  template <template <typename> class Dma>
  static std::function<std::unique_ptr<Module>(Site<Word>)> make_dma(DmaParameters parameters, Images images) {
    return [=](Site<Word> site) {
      return std::make_unique<Dma<Word>>(site.name, parameters, images, *site.memory, site.images,
                                         std::move(site.ends));
    };
  }

  std::vector<PlannedStream> streams_;
  std::vector<PlannedModule<Word>> modules_;
};

}  // namespace millrace
