#include "tests/rtl/harness/scenario.hpp"

#include <algorithm>

#include "tests/oracle/random.hpp"

namespace millrace::rtl {
namespace {

using oracle::Random;

ServiceTimes service_times(Rhythm rhythm, std::int64_t words, Random& random) {
  if (rhythm == Rhythm::kMixed) {
    rhythm =
        random.pick<Rhythm>({Rhythm::kAlways, Rhythm::kSlow, Rhythm::kRandom, Rhythm::kBursts, Rhythm::kOneWordLate});
  }
  ServiceTimes service(static_cast<std::size_t>(words), 1);
  switch (rhythm) {
    case Rhythm::kSlow:
      std::fill(service.begin(), service.end(), random.between(3, 7));
      break;
    case Rhythm::kRandom: {
      const std::uint32_t longest = random.between(2, 6);
      std::generate(service.begin(), service.end(), [&] { return random.between(1, longest); });
      break;
    }
    case Rhythm::kBursts:
      for (std::size_t k = random.below(4); k < service.size(); k += random.between(2, 20)) {
        service[k] = random.between(6, 30);
      }
      break;
    case Rhythm::kOneWordLate:
      if (!service.empty()) {
        service[random.below(static_cast<std::uint32_t>(service.size()))] = random.between(2, 12);
      }
      break;
    case Rhythm::kAlways:
    case Rhythm::kMixed:
      break;
  }
  return service;
}

Values random_word(const PortStream& port, Random& random) {
  Values word;
  for (std::int64_t lane = 0; lane < port.lanes; ++lane) {
    word.lanes.push_back(
        random.chance(static_cast<std::uint32_t>(port.zeros)) ? 0 : static_cast<std::int32_t>(random.below(256)) - 128);
  }
  return word;
}

}  // namespace

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all = {
      {Rhythm::kAlways, Rhythm::kAlways, 1},      {Rhythm::kAlways, Rhythm::kSlow, 2},
      {Rhythm::kSlow, Rhythm::kAlways, 3},        {Rhythm::kAlways, Rhythm::kRandom, 4},
      {Rhythm::kRandom, Rhythm::kAlways, 5},      {Rhythm::kBursts, Rhythm::kAlways, 6},
      {Rhythm::kAlways, Rhythm::kBursts, 7},      {Rhythm::kOneWordLate, Rhythm::kAlways, 8},
      {Rhythm::kAlways, Rhythm::kOneWordLate, 9}, {Rhythm::kBursts, Rhythm::kBursts, 10},
  };
  for (std::uint64_t seed = 11; seed < 51; ++seed) {
    all.push_back({Rhythm::kMixed, Rhythm::kMixed, seed});
  }
  return all;
}

Stimulus make_stimulus(const Scenario& scenario, const TwinCase& twin_case, std::size_t case_index,
                       std::int64_t images) {
  Random random(scenario.seed * 1000 + case_index);
  Stimulus stimulus;
  for (const PortStream& in : twin_case.in) {
    stimulus.sources.push_back(service_times(scenario.sources, images * in.words, random));
    stimulus.words.emplace_back();
    for (std::int64_t k = 0; k < images * in.words; ++k) {
      stimulus.words.back().push_back(random_word(in, random));
    }
  }
  // A stream alone has its sink where it has its source.
  for (const PortStream& out : twin_case.out.empty() ? twin_case.in : twin_case.out) {
    stimulus.sinks.push_back(service_times(scenario.sinks, (images + 1) * out.words, random));
  }
  return stimulus;
}

}  // namespace millrace::rtl
