// Memory as a TLM-2.0 target, spoken to directly.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <tlm>

#include "modules/systemc/memory.hpp"

namespace millrace {
namespace {

using Bytes = std::vector<unsigned char>;

class Initiator final : public sc_core::sc_module {
 public:
  explicit Initiator(sc_core::sc_module_name name) : sc_core::sc_module(name), socket("socket") {}
  tlm_utils::simple_initiator_socket<Initiator> socket;
};

const KernelClock kClock(sc_core::sc_time(4, sc_core::SC_NS));

sc_core::sc_time edges(std::int64_t count) {
  return kClock.time_of(Cycle{count});
}

void prepare(tlm::tlm_generic_payload& request, tlm::tlm_command command, std::uint64_t address, Bytes& bytes) {
  request.set_command(command);
  request.set_address(address);
  request.set_data_ptr(bytes.data());
  request.set_data_length(static_cast<unsigned>(bytes.size()));
  request.set_streaming_width(static_cast<unsigned>(bytes.size()));
  request.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

TEST(KernelMemory, AnswersAsATlmTarget) {
  Memory memory("memory", {.bytes_per_cycle = 4, .latency = Cycles{10}}, kClock);
  Initiator initiator("initiator");
  initiator.socket.bind(memory.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);

  const auto transport = [&](tlm::tlm_generic_payload& request, sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    initiator.socket->b_transport(request, delay);
    return delay;
  };
  tlm::tlm_generic_payload request;

  // Time is annotated, not waited for.
  Bytes written{1, 2, 3, 4, 5, 6, 7, 8};
  prepare(request, tlm::TLM_WRITE_COMMAND, 100, written);
  EXPECT_EQ(transport(request), edges(12));
  EXPECT_TRUE(request.is_response_ok());
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);

  // A delay that comes with the request is time that has passed; between two edges, the next one counts.
  Bytes read(4);
  prepare(request, tlm::TLM_READ_COMMAND, 102, read);
  EXPECT_EQ(transport(request, edges(20)), edges(31));
  EXPECT_EQ(read, (Bytes{3, 4, 5, 6}));
  EXPECT_EQ(transport(request, edges(40) + sc_core::sc_time(1, sc_core::SC_NS)), edges(52));

  // The kernel's time counts as well.
  sc_core::sc_start(edges(100));
  EXPECT_EQ(transport(request), edges(11));
  EXPECT_EQ(transport(request, edges(3)), edges(14));
  EXPECT_TRUE(request.is_response_ok());

  // What it does not support is refused, and takes neither time nor effect.
  Bytes enables(4, TLM_BYTE_ENABLED);
  Bytes other{9, 9, 9, 9};
  prepare(request, tlm::TLM_WRITE_COMMAND, 100, other);
  request.set_byte_enable_ptr(enables.data());
  request.set_byte_enable_length(4);
  EXPECT_EQ(transport(request, edges(200)), edges(200));
  EXPECT_EQ(request.get_response_status(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  request.set_byte_enable_ptr(nullptr);
  request.set_streaming_width(2);
  EXPECT_EQ(transport(request, edges(200)), edges(200));
  EXPECT_EQ(request.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
  Bytes kept(8);
  memory.array().load(100, kept);
  EXPECT_EQ(kept, written);

  // Debug transport moves bytes and no time.
  prepare(request, tlm::TLM_WRITE_COMMAND, 5000, other);
  EXPECT_EQ(initiator.socket->transport_dbg(request), 4U);
  Bytes seen(6);
  prepare(request, tlm::TLM_READ_COMMAND, 4999, seen);
  EXPECT_EQ(initiator.socket->transport_dbg(request), 6U);
  EXPECT_EQ(seen, (Bytes{0, 9, 9, 9, 9, 0}));
  prepare(request, tlm::TLM_READ_COMMAND, 5000, read);
  EXPECT_EQ(transport(request, edges(4)), edges(15)) << "the bus has been free since the last request";
}

TEST(KernelClock, RoundsUpToTheNextEdge) {
  EXPECT_EQ(kClock.edge_from(sc_core::SC_ZERO_TIME), Cycle{0});
  EXPECT_EQ(kClock.edge_from(sc_core::sc_time(3999, sc_core::SC_PS)), Cycle{1});
  EXPECT_EQ(kClock.edge_from(sc_core::sc_time(4000, sc_core::SC_PS)), Cycle{1});
  EXPECT_EQ(kClock.edge_from(sc_core::sc_time(4001, sc_core::SC_PS)), Cycle{2});
}

}  // namespace
}  // namespace millrace
