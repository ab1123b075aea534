// Numbers that a user gives layer by layer: on the command line, or in a file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/config_error.hpp"
#include "traces/network.hpp"

namespace millrace::sim {

/// "NUMBER" for all layers and "LAYER=NUMBER" for one; files map layers to a number or a list of numbers, one a
/// channel.
class LayerNumbers {
 public:
  /// `what` names the number in messages ("density"); legal are 0 to `most`.
  LayerNumbers(std::string what, double most) : what_(std::move(what)), most_(most) {}

  /// Throws ConfigError that begins with `option`: no number, out of range, a layer twice.
  void add(const std::string& option, const std::string& text);
  /// YAML or JSON. Throws ConfigError with file, line and column.
  void read(const std::filesystem::path& file);
  void set_all(double number) { all_ = number; }

  bool is_empty() const { return !all_ && layers_.empty(); }
  /// Throws ConfigError if a layer is none of the network's with weights.
  void check(const traces::Network& network) const;
  /// One number a channel, if the user gave any for this layer by name. Throws ConfigError if a list has not `channels`
  /// numbers.
  std::optional<std::vector<double>> of_layer(const std::string& layer, std::int64_t channels) const;
  /// What all other layers get.
  const std::optional<double>& of_all() const { return all_; }
  /// "0.5, conv1=0.3, conv2=list": what was given, in short.
  std::string describe() const;
  /// Throws ConfigError at the place where the layer was given.
  [[noreturn]] void fail(const std::string& layer, const std::string& message) const;

 private:
  struct Entry {
    std::vector<double> numbers;
    bool is_list = false;
    std::string origin;  ///< option or file
    Place place;
  };
  double number(const std::string& origin, Place place, const std::string& text) const;

  std::string what_;
  double most_;
  std::optional<double> all_;
  std::map<std::string, Entry> layers_;
};

}  // namespace millrace::sim
