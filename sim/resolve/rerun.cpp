#include "sim/resolve/rerun.hpp"

namespace millrace::sim {

Rerun::Rerun(const Plan& plan, const RecordedWork& work, ImageLog& log)
    : plan_(plan),
      work_(work),
      log_(log),
      pipeline_(plan,
                {work.images(),
                 [this](const DotEngine& engine) -> WorkSource& { return *readers_.emplace_back(work_.read(engine)); },
                 &log}) {}

std::variant<Outcome, Deadlock> Rerun::run() {
  if (!run_images()) {
    return diagnose(pipeline_.processes());
  }
  Outcome outcome = make_outcome(plan_, pipeline_.modules(), pipeline_.streams(), log_, pipeline_.end());
  outcome.add_work(plan_, [this](const DotEngine& engine) { return work_.totals(engine); });
  name_images(outcome.images, work_.image_infos());
  return outcome;
}

}  // namespace millrace::sim
