#include "sim/resources/device.hpp"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>

namespace millrace::sim {
namespace {

constexpr std::array<Device, 8> kDevices{{
    {"U250", 12288, 250.0, 5376, 1280, 1'728'000, 3'456'000, 614.4},
    {"U200", 6840, 250.0},
    {"VCU1525", 6840, 200.0},
    {"U50", 5952, 250.0},
    {"VC709", 3600, 200.0},
    {"ZCU102", 2520, 200.0},
    {"ZCU104", 1728, 200.0},
    {"ZC706", 900, 200.0},
}};

}  // namespace

std::span<const Device> devices() {
  return kDevices;
}

std::optional<Device> find_device(std::string_view name) {
  const auto found = std::find_if(kDevices.begin(), kDevices.end(),
                                  [&](const Device& device) { return boost::iequals(device.name, name); });
  return found == kDevices.end() ? std::nullopt : std::optional(*found);
}

}  // namespace millrace::sim
