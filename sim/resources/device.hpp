// What the devices of the published studies offer (fpgaConvNet's platform files). A field is empty where no source was
// at hand. Millrace models neither LUTs nor flip-flops: their counts are there to be quoted, not to be checked against.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace millrace::sim {

struct Device {
  std::string_view name;
  std::int64_t dsps = 0;
  double clock_mhz = 0.0;
  std::optional<std::int64_t> bram18 = {};
  std::optional<std::int64_t> urams = {};
  std::optional<std::int64_t> luts = {};
  std::optional<std::int64_t> flip_flops = {};
  std::optional<double> memory_gbit_per_second = {};
};

/// All devices, largest first.
std::span<const Device> devices();

/// By its name, in capitals or not ("U250", "zcu104", ...); nothing if there is none.
std::optional<Device> find_device(std::string_view name);

}  // namespace millrace::sim
