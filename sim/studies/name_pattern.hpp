// Names of layers and streams, one or many at a time.
#pragma once

#include <string>

namespace millrace::sim {

/// A name, or a pattern of the shell: `*` stands for any text, slashes included, `?` for one character, `[..]` for one
/// of those in the brackets. A name that is equal to the pattern always matches.
class NamePattern {
 public:
  explicit NamePattern(std::string text) : text_(std::move(text)) {}

  bool matches(const std::string& name) const;
  const std::string& text() const { return text_; }
  /// False if it can stand for a single name only.
  bool has_wildcards() const { return text_.find_first_of("*?[") != std::string::npos; }

 private:
  std::string text_;
};

}  // namespace millrace::sim
