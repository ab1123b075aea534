#ifndef MILLRACE_TESTS_ORACLE_DOT_ARRAY_HPP
#define MILLRACE_TESTS_ORACLE_DOT_ARRAY_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/oracle/module.hpp"
#include "tests/oracle/netlist.hpp"

namespace millrace::oracle {

// `ins` are the readers of the broadcast stream, one for every unit.
std::unique_ptr<Module> make_dot_array(const DotArraySpec& spec, std::uint32_t images, const std::vector<InPort>& ins,
                                       OutPort out);

}  // namespace millrace::oracle

#endif  // MILLRACE_TESTS_ORACLE_DOT_ARRAY_HPP
