// Names out of files that are not trusted, made fit to stand in a message.
#pragma once

#include <string>
#include <string_view>

namespace millrace::traces {

/// The text in single quotes: control characters become '?', and what goes beyond 80 bytes is cut off.
std::string in_quotes(std::string_view text);

/// A whole message: control characters become '?', and what goes beyond 4096 bytes is cut off.
std::string one_line(std::string_view message);

}  // namespace millrace::traces
