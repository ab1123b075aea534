// A module of this library as an sc_module: ports bound to stream channels, processes hosted by the kernel.
//
// The model inside (Fork, DotArray, ...) knows nothing of SystemC; it is built at the end of elaboration, when the
// ports are bound.
#pragma once

#include <functional>
#include <memory>
#include <systemc>

#include "modules/process/module.hpp"
#include "modules/systemc/kernel.hpp"
#include "modules/systemc/stream_channel.hpp"

namespace millrace {

/// Number of ports of a module.
struct PortCounts {
  std::size_t in = 1;
  std::size_t out = 1;
};

/// Example: SystemcModule<Timing> fork("fork", kernel, {1, 2}, [](Ends<Timing> ends) {
///            return std::make_unique<Fork<Timing>>("fork", ForkParameters{64}, Images{2}, ends); });
///          fork.in[0](a);  fork.out[0](b);  fork.out[1](c);
template <typename Word>
class SystemcModule : public sc_core::sc_module {
 public:
  using Build = std::function<std::unique_ptr<Module>(Ends<Word>)>;

  SystemcModule(sc_core::sc_module_name name, Kernel& kernel, PortCounts ports, Build build,
                Kernel::Hosting hosting = Kernel::Hosting::kMethod)
      : sc_core::sc_module(name),
        in("in", ports.in),
        out("out", ports.out),
        kernel_(kernel),
        build_(std::move(build)),
        hosting_(hosting) {}

  sc_core::sc_vector<sc_core::sc_port<StreamReaderIf<Word>>> in;
  sc_core::sc_vector<sc_core::sc_port<StreamWriterIf<Word>>> out;

  /// The model; there after elaboration.
  Module& model() const { return *model_; }

 private:
  void end_of_elaboration() override {
    Ends<Word> ends;
    for (auto& port : in) {
      ends.in.push_back(&port->reader_end());
    }
    for (auto& port : out) {
      ends.out.push_back(&port->writer_end());
    }
    model_ = build_(ends);
    for (const auto& process : model_->processes()) {
      kernel_.spawn(*process, hosting_);
    }
  }

  Kernel& kernel_;
  Build build_;
  Kernel::Hosting hosting_;
  std::unique_ptr<Module> model_;
};

}  // namespace millrace
