#include "sim/config/yaml_document.hpp"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "sim/config/config_error.hpp"
#include "sim/config/yaml_map.hpp"

namespace millrace::sim {
namespace {

constexpr std::uintmax_t kMostFileBytes = 4U << 20U;

std::string read_text(const std::filesystem::path& file, const std::string& what) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) {
    throw ConfigError(file.string(), {}, fmt::format("there is no such file; give the path of {} (.yaml)", what));
  }
  if (std::filesystem::file_size(file, failed) > kMostFileBytes) {
    throw ConfigError(file.string(), {}, fmt::format("is larger than 4 MiB; {} is a few kilobytes of YAML", what));
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.good() && !stream.eof()) {
    throw ConfigError(file.string(), {}, "cannot be read");
  }
  return text;
}

/// Remembers where a document begins.
class DocumentStart final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  const YAML::Mark& mark() const { return mark_; }

 private:
  YAML::Mark mark_;
};

/// Where a second document begins, if one does. YAML::LoadAll() would say so too, but never ends on a file like "#\n,".
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (parser.HandleNextDocument(start) && parser.HandleNextDocument(start)) {
    return start.mark();
  }
  return std::nullopt;
}

}  // namespace

YAML::Node read_yaml(const std::filesystem::path& file, const std::string& what) {
  const std::string text = read_text(file, what);
  try {
    if (const std::optional<YAML::Mark> second = second_document(text)) {
      throw ConfigError(file.string(), place_of(*second),
                        fmt::format("a second document begins; {} is one, without '---' inside", what));
    }
    return YAML::Load(text);
  } catch (const YAML::DeepRecursion& error) {
    throw ConfigError(file.string(), place_of(error.mark),
                      fmt::format("is nested too deeply; {} has three levels at most", what));
  } catch (const YAML::Exception& error) {
    throw ConfigError(file.string(), place_of(error.mark), "is not valid YAML: " + error.msg);
  }
}

}  // namespace millrace::sim
