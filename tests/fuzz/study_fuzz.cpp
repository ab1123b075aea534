// Any bytes as a study file beside an accelerator and a trace: they are refused with a message, or are design points.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>

#include "sim/studies/design_points.hpp"
#include "sim/studies/opened_study.hpp"
#include "tests/fuzz/every_engine.hpp"
#include "tests/fuzz/refusal.hpp"
#include "tests/sim/random_trace.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/network.hpp"

namespace millrace::fuzz {
namespace {

/// Where studies lie: they name other files by their place.
class StudyFolder {
 public:
  StudyFolder() {
    test::RandomTrace(every_engine(), 2, 1).write(folder_ / "t.safetensors");
    std::ofstream(folder_ / "a.yaml") << "trace: t.safetensors\ndefaults: {macs: 1}\nstreams: {x.fork -> conv1: 9}\n";
  }
  std::filesystem::path write(const std::uint8_t* data, std::size_t size) const {
    const std::filesystem::path file = folder_ / "study.yaml";
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    return file;
  }

 private:
  test::TemporaryFolder folder_;
};

void read_points(const sim::OpenedStudy& opened) {
  constexpr std::size_t kMostPoints = 8;
  const sim::DesignPoints& points = opened.points();
  for (std::size_t point = 0; point < std::min(points.size(), kMostPoints); ++point) {
    points.values(point);
    points.work_key(point);
    points.at(point);
  }
}

}  // namespace
}  // namespace millrace::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  static const fuzz::StudyFolder folder;
  try {
    fuzz::read_points(sim::OpenedStudy(sim::Study::read(folder.write(data, size))));
  } catch (const sim::ConfigError& error) {
    fuzz::check_message(error);
  } catch (const traces::TraceError& error) {
    fuzz::check_message(error);
  }
  return 0;
}
