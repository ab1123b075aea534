// A target that answers with an error ends the simulation with a message that says where.
#include <gtest/gtest.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <stdexcept>

#include "tests/modules/support/kernel_graph.hpp"

namespace millrace {
namespace {

/// Nothing is mapped from kEnd on.
class SmallTarget final : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t kEnd = 32;

  explicit SmallTarget(sc_core::sc_module_name name) : sc_core::sc_module(name), socket("socket") {
    socket.register_b_transport(this, &SmallTarget::b_transport);
  }
  tlm_utils::multi_passthrough_target_socket<SmallTarget> socket;

 private:
  void b_transport(int, tlm::tlm_generic_payload& request, sc_core::sc_time&) {
    const bool inside = request.get_address() + request.get_data_length() <= kEnd;
    request.set_response_status(inside ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
};

TEST(KernelMemoryError, ErrorOfTheTargetIsThrownToWhoRuns) {
  Graph<Timing> graph;
  const auto stream = graph.stream(2);
  graph.add_reader(stream, {.words = 40, .burst_bytes = 8}, Images{1});
  graph.add_sink(stream, ServiceTimes(40, 1));
  KernelGraph<Timing> simulation(graph, KernelClock(sc_core::sc_time(1, sc_core::SC_NS)), Pace::kRunAhead);
  SmallTarget target("target");
  simulation.bind_memory(target.socket);
  try {
    simulation.run();
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("address 32"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("TLM_ADDRESS_ERROR_RESPONSE"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace millrace
