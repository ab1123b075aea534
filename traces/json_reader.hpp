// Reading JSON that is not trusted: bounded depth, no key twice, and errors that name the place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::traces {

struct ParsedJson {
  nlohmann::json value;
  std::vector<std::string> keys;  ///< of the outermost object, in the order of the text
};

/// Throws TraceError: no JSON, deeper than 16 levels, or an object with the same key twice.
ParsedJson parse_json(std::string_view text);

/// A place in a JSON value. Every member throws TraceError "<JSON pointer>: ..." if the place is not what it asks for.
class JsonReader {
 public:
  explicit JsonReader(const nlohmann::json& value, std::string pointer = "");

  /// Refuses an object with any key that is not listed.
  const JsonReader& object(std::initializer_list<std::string_view> legal_keys) const;
  JsonReader at(std::string_view key) const;
  std::optional<JsonReader> find(std::string_view key) const;
  /// The elements of an array.
  std::vector<JsonReader> elements() const;
  std::int64_t integer(std::int64_t lowest = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t highest = std::numeric_limits<std::int64_t>::max()) const;
  double number() const;
  bool boolean() const;
  std::string string() const;
  std::vector<std::string> strings() const;

  const nlohmann::json& value() const { return *value_; }
  const std::string& pointer() const { return pointer_; }
  [[noreturn]] void fail(std::string_view what) const;

 private:
  const nlohmann::json* value_;
  std::string pointer_;
};

}  // namespace millrace::traces
