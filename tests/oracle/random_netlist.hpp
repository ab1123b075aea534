#ifndef MILLRACE_TESTS_ORACLE_RANDOM_NETLIST_HPP
#define MILLRACE_TESTS_ORACLE_RANDOM_NETLIST_HPP

#include <cstdint>

#include "tests/oracle/netlist.hpp"

namespace millrace::oracle {

// A legal netlist of random shape: chains, residual blocks (nested and one behind the other), concatenations and side
// branches of all kinds of modules, with random depths, foldings, stalls and service times. It has one module that
// takes no stream (a Source or a DmaReader), and words are conserved: with deep streams every process finishes and
// every word is popped. The same seed gives the same netlist on every platform. Some netlists deadlock, since a skip
// stream is too shallow.
Netlist random_netlist(std::uint64_t seed);

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_RANDOM_NETLIST_HPP
