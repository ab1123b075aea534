#include "modules/systemc/memory.hpp"

#include <stdexcept>

namespace millrace {

Memory::Memory(sc_core::sc_module_name name, MemoryParameters parameters, KernelClock clock)
    : sc_core::sc_module(name), socket("socket"), array_(parameters), clock_(clock) {
  socket.register_b_transport(this, &Memory::b_transport);
  socket.register_transport_dbg(this, &Memory::transport_dbg);
}

void Memory::b_transport(int, tlm::tlm_generic_payload& request, sc_core::sc_time& delay) {
  if (request.get_byte_enable_ptr() != nullptr) {
    request.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  if (request.get_streaming_width() < request.get_data_length()) {
    request.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  const Cycle now = clock_.edge_from(sc_core::sc_time_stamp() + delay);
  const std::span<std::uint8_t> bytes(request.get_data_ptr(), request.get_data_length());
  const Cycle done = request.is_write() ? array_.write(request.get_address(), bytes, now)
                                        : array_.read(request.get_address(), bytes, now);
  delay = clock_.time_of(done) - sc_core::sc_time_stamp();
  request.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned Memory::transport_dbg(int, tlm::tlm_generic_payload& request) {
  const std::span<std::uint8_t> bytes(request.get_data_ptr(), request.get_data_length());
  if (request.is_write()) {
    array_.store(request.get_address(), bytes);
  } else {
    array_.load(request.get_address(), bytes);
  }
  return request.get_data_length();
}

Cycle TlmMemoryPort::read(std::uint64_t address, std::span<std::uint8_t> bytes, Cycle) {
  return transport(tlm::TLM_READ_COMMAND, address, bytes.data(), bytes.size());
}

Cycle TlmMemoryPort::write(std::uint64_t address, std::span<const std::uint8_t> bytes, Cycle) {
  // The generic payload has one pointer for both directions; a target does not write through it on a write command.
  return transport(tlm::TLM_WRITE_COMMAND, address, const_cast<unsigned char*>(bytes.data()), bytes.size());
}

Cycle TlmMemoryPort::transport(tlm::tlm_command command, std::uint64_t address, unsigned char* bytes,
                               std::size_t size) {
  tlm::tlm_generic_payload request;
  request.set_command(command);
  request.set_address(address);
  request.set_data_ptr(bytes);
  request.set_data_length(static_cast<unsigned>(size));
  request.set_streaming_width(static_cast<unsigned>(size));
  request.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->b_transport(request, delay);
  if (request.is_response_error()) {
    throw std::runtime_error("the memory answered a request at address " + std::to_string(address) + " with " +
                             request.get_response_string());
  }
  return clock_.edge_from(sc_core::sc_time_stamp() + delay);
}

}  // namespace millrace
