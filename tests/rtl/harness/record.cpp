#include "tests/rtl/harness/record.hpp"

#include <algorithm>
#include <sstream>

namespace millrace::rtl {
namespace {

std::string text_of(std::int64_t edge) {
  return "edge " + std::to_string(edge);
}

std::string text_of(const Values& word) {
  std::string text = "value";
  for (const std::int32_t lane : word.lanes) {
    text += ' ' + std::to_string(lane);
  }
  return text;
}

template <typename Item>
std::optional<std::string> first_difference(const char* end, const std::vector<Item>& model,
                                            const std::vector<Item>& twin) {
  const auto [have, want] = std::mismatch(model.begin(), model.end(), twin.begin(), twin.end());
  if (have == model.end() && want == twin.end()) {
    return {};
  }
  std::ostringstream text;
  text << end << " of word " << have - model.begin() << ": model " << (have == model.end() ? "none" : text_of(*have))
       << ", twin " << (want == twin.end() ? "none" : text_of(*want));
  return text.str();
}

std::int64_t lanes(const std::vector<Values>& words) {
  std::int64_t sum = 0;
  for (const Values& word : words) {
    sum += std::ssize(word.lanes);
  }
  return sum;
}

}  // namespace

std::optional<std::string> first_difference(const CaseRecord& model, const CaseRecord& twin) {
  for (std::size_t stream = 0; stream < model.size(); ++stream) {
    for (const auto& difference : {first_difference("push", model[stream].edges.pushes, twin[stream].edges.pushes),
                                   first_difference("pop", model[stream].edges.pops, twin[stream].edges.pops),
                                   first_difference("push", model[stream].pushed, twin[stream].pushed),
                                   first_difference("pop", model[stream].popped, twin[stream].popped)}) {
      if (difference) {
        return "stream " + std::to_string(stream) + ", " + *difference;
      }
    }
  }
  return {};
}

Compared count(const CaseRecord& record) {
  Compared compared;
  for (const StreamRecord& stream : record) {
    compared.edges += std::ssize(stream.edges.pushes) + std::ssize(stream.edges.pops);
    compared.values += lanes(stream.pushed) + lanes(stream.popped);
  }
  return compared;
}

}  // namespace millrace::rtl
