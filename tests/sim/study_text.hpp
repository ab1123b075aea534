// Studies from YAML in a test, in a folder with an accelerator and networks for it.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sim/studies/design_points.hpp"
#include "sim/studies/study.hpp"
#include "tests/sim/accelerator_text.hpp"
#include "tests/sim/networks.hpp"

namespace millrace::test {

/// Its accelerator is a.yaml.
struct StudyFolder {
  TemporaryFolder folder;

  explicit StudyFolder(const std::string& accelerator = "trace: t.safetensors\ndefaults: {}\n") {
    write_text(folder / "a.yaml", accelerator);
  }
  sim::Study read(const std::string& text) const {
    write_text(folder / "s.yaml", text);
    return sim::Study::read(folder / "s.yaml");
  }
};

/// The points of a study of a network.
struct StudyPoints {
  sim::Study study;
  sim::DesignPoints points;

  StudyPoints(const StudyFolder& folder, const std::string& text, const traces::Network& network)
      : study(folder.read(text)), points(study, std::vector<traces::Network>(study.traces.size(), network)) {}

  std::vector<std::vector<std::string>> rows() const {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t point = 0; point < points.size(); ++point) {
      rows.push_back(points.values(point));
    }
    return rows;
  }
};

}  // namespace millrace::test
