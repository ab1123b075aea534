// Ends of a graph under test: a source that works a scripted time before every push, a sink that works a scripted time
// after every pop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "modules/process/module.hpp"

namespace millrace::comparison {

/// For the k-th word: work(service[k]), push.
class ScriptedSource final : public Module {
 public:
  ScriptedSource(std::string name, std::vector<std::uint32_t> service, Ends<Timing> ends);

 private:
  Body produce(Process& self);

  std::vector<std::uint32_t> service_;
  Stream<Timing>& out_;
};

/// For the k-th word: pop, work(service[k]).
class ScriptedSink final : public Module {
 public:
  ScriptedSink(std::string name, std::vector<std::uint32_t> service, Ends<Timing> ends);

 private:
  Body consume(Process& self);

  std::vector<std::uint32_t> service_;
  Stream<Timing>& in_;
};

}  // namespace millrace::comparison
