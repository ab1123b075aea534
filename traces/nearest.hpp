// What somebody who mistyped a name may have meant.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace millrace::traces {

/// The name that is most like `name`, if it is like it at all.
std::optional<std::string> nearest(const std::string& name, const std::vector<std::string>& names);

}  // namespace millrace::traces
