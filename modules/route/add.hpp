// Add: joins streams by summing their words.
//
// Timing, for every word: pop from all inputs at the one edge at which all have a word; work(1); push.
#pragma once

#include "modules/process/module.hpp"

namespace millrace {

struct AddParameters {
  std::int64_t words = 0;  ///< per image
  friend bool operator==(const AddParameters&, const AddParameters&) = default;
};

/// Two or more inputs with equal lanes, one output.
template <typename Word>
class Add final : public Module {
 public:
  Add(std::string name, AddParameters parameters, Images images, Ends<Word> ends);

 private:
  Body join(Process& self);

  AddParameters parameters_;
  Images images_;
  std::vector<Stream<Word>*> in_;
  Stream<Word>& out_;
};

}  // namespace millrace
