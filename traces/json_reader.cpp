#include "traces/json_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "traces/in_quotes.hpp"
#include "traces/network.hpp"

namespace millrace::traces {
namespace {

constexpr int deepest = 16;

/// Sees every event of the parser; throwing from it ends the parsing.
class Guard {
 public:
  explicit Guard(std::vector<std::string>& outermost_keys) : outermost_keys_(outermost_keys) {}

  void operator()(int depth, nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= deepest) {
        throw TraceError(fmt::format("nested deeper than {} levels; a trace needs fewer", deepest));
      }
      keys_.resize(static_cast<std::size_t>(depth) + 1);
      keys_.back().clear();
    } else if (event == Event::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      // A key is reported one level below the start of its object.
      if (!keys_.at(static_cast<std::size_t>(depth) - 1).insert(key).second) {
        throw TraceError(fmt::format("key {} stands twice in one object; keep one of them", in_quotes(key)));
      }
      if (depth == 1) {
        outermost_keys_.push_back(key);
      }
    }
  }

 private:
  std::vector<std::string>& outermost_keys_;
  std::vector<std::set<std::string>> keys_;
};

std::string escaped(std::string_view key) {
  std::string result;
  for (const char c : key) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

ParsedJson parse_json(std::string_view text) {
  ParsedJson result;
  Guard guard(result.keys);
  try {
    result.value = nlohmann::json::parse(
        text.begin(), text.end(), [&guard](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
          guard(depth, event, value);
          return true;
        });
  } catch (const nlohmann::json::parse_error& error) {
    throw TraceError(fmt::format("not valid JSON at byte {}; write it with a JSON library", error.byte));
  } catch (const nlohmann::json::out_of_range&) {
    throw TraceError("not valid JSON: a number is larger than any that a program can hold");
  }
  return result;
}

JsonReader::JsonReader(const nlohmann::json& value, std::string pointer)
    : value_(&value), pointer_(std::move(pointer)) {}

void JsonReader::fail(std::string_view what) const {
  throw TraceError(fmt::format("{}: {}", pointer_.empty() ? "/" : pointer_, what));
}

const JsonReader& JsonReader::object(std::initializer_list<std::string_view> legal_keys) const {
  if (!value_->is_object()) {
    fail(fmt::format("is a JSON {}, must be an object", value_->type_name()));
  }
  for (const auto& item : value_->items()) {
    if (std::find(legal_keys.begin(), legal_keys.end(), item.key()) == legal_keys.end()) {
      fail(fmt::format("unknown key {}; legal here: {}", in_quotes(item.key()), fmt::join(legal_keys, ", ")));
    }
  }
  return *this;
}

JsonReader JsonReader::at(std::string_view key) const {
  if (const std::optional<JsonReader> found = find(key)) {
    return *found;
  }
  fail(fmt::format("key '{}' is missing; add it", key));
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  if (!value_->is_object()) {
    fail(fmt::format("is a JSON {}, must be an object", value_->type_name()));
  }
  const auto found = value_->find(key);
  if (found == value_->end()) {
    return std::nullopt;
  }
  return JsonReader(*found, pointer_ + "/" + escaped(key));
}

std::vector<JsonReader> JsonReader::elements() const {
  if (!value_->is_array()) {
    fail(fmt::format("is a JSON {}, must be an array", value_->type_name()));
  }
  std::vector<JsonReader> result;
  result.reserve(value_->size());
  for (std::size_t i = 0; i < value_->size(); ++i) {
    result.emplace_back((*value_)[i], fmt::format("{}/{}", pointer_, i));
  }
  return result;
}

std::int64_t JsonReader::integer(std::int64_t lowest, std::int64_t highest) const {
  if (!value_->is_number_integer()) {
    fail(fmt::format("is a JSON {}, must be an integer", value_->is_number() ? "fraction" : value_->type_name()));
  }
  const bool beyond_int64 =
      value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (beyond_int64 || value_->get<std::int64_t>() < lowest || value_->get<std::int64_t>() > highest) {
    fail(fmt::format("is {}, must be {} to {}", value_->dump(), lowest, highest));
  }
  return value_->get<std::int64_t>();
}

double JsonReader::number() const {
  if (!value_->is_number()) {
    fail(fmt::format("is a JSON {}, must be a number", value_->type_name()));
  }
  return value_->get<double>();
}

bool JsonReader::boolean() const {
  if (!value_->is_boolean()) {
    fail(fmt::format("is a JSON {}, must be true or false", value_->type_name()));
  }
  return value_->get<bool>();
}

std::string JsonReader::string() const {
  if (!value_->is_string()) {
    fail(fmt::format("is a JSON {}, must be a string", value_->type_name()));
  }
  return value_->get<std::string>();
}

std::vector<std::string> JsonReader::strings() const {
  std::vector<std::string> result;
  for (const JsonReader& element : elements()) {
    result.push_back(element.string());
  }
  return result;
}

}  // namespace millrace::traces
