// A small network with every kind of engine, for files that name its layers.
#pragma once

#include "traces/network.hpp"

namespace millrace::fuzz {

traces::Network every_engine();

}  // namespace millrace::fuzz
