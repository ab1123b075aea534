#include "tests/comparison/scripted_ends.hpp"

#include <utility>

namespace millrace::comparison {

ScriptedSource::ScriptedSource(std::string name, std::vector<std::uint32_t> service, Ends<Timing> ends)
    : Module(std::move(name), "Source"), service_(std::move(service)), out_(*ends.out.at(0)) {
  add_process({}, {&out_}, [this](Process& self) { return produce(self); });
}

Body ScriptedSource::produce(Process& self) {
  for (const std::uint32_t cycles : service_) {
    self.work(Cycles{cycles});
    co_await self.push(out_, Timing{});
  }
}

ScriptedSink::ScriptedSink(std::string name, std::vector<std::uint32_t> service, Ends<Timing> ends)
    : Module(std::move(name), "Sink"), service_(std::move(service)), in_(*ends.in.at(0)) {
  add_process({&in_}, {}, [this](Process& self) { return consume(self); });
}

Body ScriptedSink::consume(Process& self) {
  for (const std::uint32_t cycles : service_) {
    co_await self.pop(in_);
    self.work(Cycles{cycles});
  }
}

}  // namespace millrace::comparison
