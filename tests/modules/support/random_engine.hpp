// Random engines in which every parameter matters: shallow and deep streams, slow and fast ends, light and heavy work.
#pragma once

#include "tests/modules/support/engine_recurrence.hpp"
#include "tests/oracle/random.hpp"

namespace millrace {

EngineCase random_engine(oracle::Random& random);

}  // namespace millrace
