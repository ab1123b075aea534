#include "sim/studies/name_pattern.hpp"

#include <fnmatch.h>

namespace millrace::sim {

bool NamePattern::matches(const std::string& name) const {
  return name == text_ || fnmatch(text_.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace millrace::sim
