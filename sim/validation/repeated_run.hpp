// A plan that runs the images of recorded work again and again, first to last, and its pace once it has settled.
//
// What a formula gives is the mean over all images of a pipeline that never runs empty. Of a single run through few
// images the interval leaves out the first, and knows the pipeline half filled; here a whole pass through all images
// is measured, after others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "sim/plan/plan.hpp"
#include "sim/resolve/recorded_work.hpp"
#include "sim/structure/deadlock.hpp"

namespace millrace::sim {

/// Work of an engine for one pass through all images.
using PassOfWork = std::function<std::unique_ptr<WorkSource>(const DotEngine&)>;

/// What was recorded, window by window. The work must outlive it.
PassOfWork as_recorded(const RecordedWork& work);
/// The same cycles in all for every unit, but no window takes longer than another (by more than a cycle): nothing is
/// left of the data but its means. The work must outlive it.
PassOfWork evened_out(const RecordedWork& work);

/// Cycles an image over the last of so many passes of `pass` images that at least `settling` images come before it.
/// Both at least 1.
std::variant<double, Deadlock> settled_interval(const Plan& plan, Images pass, const PassOfWork& work, Images settling);

/// Cycles of every unit of an engine for all images together.
std::vector<std::int64_t> unit_cycles(const DotEngine& engine, const RecordedWork& work);

}  // namespace millrace::sim
