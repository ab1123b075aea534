// Whether two figures order the same things alike: M. G. Kendall, "The treatment of ties in ranking problems",
// Biometrika 33 (1945).
#pragma once

#include <optional>
#include <span>

namespace millrace::sim {

/// tau-b: pairs ordered alike less pairs ordered the other way, over the geometric mean of the pairs that are no tie in
/// one and in the other. 1 for the same order, -1 for the reverse. Nothing if all of one are equal. Needs as many of
/// one as of the other.
std::optional<double> kendall_tau(std::span<const double> one, std::span<const double> other);

}  // namespace millrace::sim
