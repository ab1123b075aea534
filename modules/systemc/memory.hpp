// Memory as a TLM-2.0 target, and the sockets of the DMA engines: any other TLM-2.0 target (a DRAM simulator, a virtual
// platform) can take Memory's place. Loosely timed: b_transport with annotated delay, called when the kernel's time is
// the edge of the request.
#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>
#include <tlm>

#include "modules/memory/memory_array.hpp"
#include "modules/systemc/systemc_module.hpp"

namespace millrace {

/// Timing and bytes of MemoryArray. Answers TLM_GENERIC_ERROR_RESPONSE-class errors for byte enables and streaming.
class Memory final : public sc_core::sc_module {
 public:
  Memory(sc_core::sc_module_name name, MemoryParameters parameters, KernelClock clock);

  tlm_utils::multi_passthrough_target_socket<Memory> socket;

  MemoryArray& array() { return array_; }

 private:
  void b_transport(int port, tlm::tlm_generic_payload& request, sc_core::sc_time& delay);
  unsigned transport_dbg(int port, tlm::tlm_generic_payload& request);

  MemoryArray array_;
  KernelClock clock_;
};

/// A memory port that speaks TLM-2.0. Throws std::runtime_error if the target answers with an error.
class TlmMemoryPort final : public MemoryPort {
 public:
  TlmMemoryPort(const char* socket_name, KernelClock clock) : socket(socket_name), clock_(clock) {}

  Cycle read(std::uint64_t address, std::span<std::uint8_t> bytes, Cycle now) override;
  Cycle write(std::uint64_t address, std::span<const std::uint8_t> bytes, Cycle now) override;

  tlm_utils::simple_initiator_socket<TlmMemoryPort> socket;

 private:
  Cycle transport(tlm::tlm_command command, std::uint64_t address, unsigned char* bytes, std::size_t size);

  KernelClock clock_;
};

/// DmaReader or DmaWriter with its initiator socket. Its processes are threads: a target may wait.
template <typename Word>
class SystemcDma final : public sc_core::sc_module {
 public:
  using Build = std::function<std::unique_ptr<Module>(MemoryPort&, Ends<Word>)>;

  SystemcDma(sc_core::sc_module_name name, Kernel& kernel, PortCounts ports, Build build)
      : sc_core::sc_module(name),
        port_("socket", kernel.clock()),
        engine(
            "engine", kernel, ports, [this, build = std::move(build)](Ends<Word> ends) { return build(port_, ends); },
            Kernel::Hosting::kThread) {}

  tlm_utils::simple_initiator_socket<TlmMemoryPort>& socket() { return port_.socket; }

 private:
  TlmMemoryPort port_;

 public:
  SystemcModule<Word> engine;
};

}  // namespace millrace
