// One layer of the network together with what the accelerator file says of it: settings resolved (layer, then defaults,
// then built in), and refused with the place that asked for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/accelerator.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

class LayerContext {
 public:
  LayerContext(const Accelerator& accelerator, const traces::Network& network, traces::LayerId layer);

  const Accelerator& accelerator() const { return accelerator_; }
  const traces::Network& network() const { return network_; }
  traces::LayerId id() const { return id_; }
  const traces::Layer& layer() const { return network_.layer(id_); }
  const traces::MapShape& input_shape(std::size_t input = 0) const;
  const traces::MapShape& output_shape() const;

  /// A setting by its member: the layer's own, else that of `defaults`, else nothing.
  template <typename T>
  std::optional<Setting<T>> setting(std::optional<Setting<T>> LayerSettings::*member) const {
    if (own_ != nullptr && own_->*member) {
      return own_->*member;
    }
    return accelerator_.defaults.*member;
  }
  template <typename T>
  T value(std::optional<Setting<T>> LayerSettings::*member, T built_in) const {
    const std::optional<Setting<T>> found = setting(member);
    return found ? found->value : built_in;
  }

  /// A number that must divide `whole`. Throws ConfigError with the divisors; `why` says what `whole` is.
  std::int64_t divisor(std::optional<Setting<std::int64_t>> LayerSettings::*member, const char* name,
                       std::int64_t built_in, std::int64_t whole, const std::string& why) const;
  /// Throws ConfigError if the layer itself sets any of these: they mean nothing to its engine.
  void refuse(const std::vector<std::pair<const char*, bool>>& set) const;
  /// Throws ConfigError at the place of a setting (or of the layer).
  [[noreturn]] void fail(std::optional<Place> place, const std::string& message) const;
  const LayerSettings* own() const { return own_; }

 private:
  const Accelerator& accelerator_;
  const traces::Network& network_;
  traces::LayerId id_;
  const LayerSettings* own_ = nullptr;
};

}  // namespace millrace::sim
