#include "sim/resolve/verify_remedy.hpp"

#include <variant>

#include "sim/resolve/rerun.hpp"
#include "sim/structure/remedy.hpp"

namespace millrace::sim {
namespace {

bool finishes(const Plan& plan, const RecordedWork& work) {
  return std::holds_alternative<Outcome>(Rerun(plan, work).run());
}

}  // namespace

void verify_remedy(Deadlock& deadlock, const Plan& plan, const RecordedWork& work) {
  if (deadlock.remedy && finishes(with_remedy(plan, deadlock, 0), work) &&
      !finishes(with_remedy(plan, deadlock, -1), work)) {
    deadlock.remedy->verified_images = work.images().count;
  }
}

}  // namespace millrace::sim
