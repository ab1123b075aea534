// Memory, DmaReader and DmaWriter against tests/rtl/verilog/memory.v, dma_reader.v and dma_writer.v.
#include <gtest/gtest.h>

#include "Vdma_pair_grid.h"
#include "modules/memory/dma.hpp"
#include "tests/modules/support/outcome.hpp"
#include "tests/rtl/harness/twin.hpp"

namespace millrace::rtl {
namespace {

/// Byte i of the memory; the same in dma_pair.v.
std::vector<std::uint8_t> memory_contents(std::size_t bytes) {
  std::vector<std::uint8_t> contents(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    contents[i] = static_cast<std::uint8_t>(37 * i + 11);
  }
  return contents;
}

DmaParameters dma_parameters(const TwinCase& twin_case, const std::string& words, const std::string& bytes) {
  DmaParameters parameters;
  parameters.words = twin_case.at(words);
  parameters.lanes = twin_case.at(bytes);
  parameters.word_bytes = twin_case.at(bytes);
  parameters.burst_bytes = twin_case.at("BURST");
  parameters.outstanding = twin_case.at("OUTSTANDING");
  return parameters;
}

Model make_pair_of_engines(const TwinCase& twin_case, Images images, const Ends<Values>& ends) {
  Model model;
  MemoryArray& memory = model.keep.keep(std::make_unique<MemoryArray>(
      MemoryParameters{twin_case.at("BYTES_PER_CYCLE"), Cycles{twin_case.at("LATENCY")}}));
  ImageLog& log = model.keep.keep(std::make_unique<ImageLog>());
  DmaParameters read = dma_parameters(twin_case, "READ_WORDS", "READ_BYTES");
  DmaParameters written = dma_parameters(twin_case, "WRITE_WORDS", "WRITE_BYTES");
  const std::int64_t bytes = images.count * read.words * read.word_bytes;
  memory.store(0, memory_contents(static_cast<std::size_t>(bytes)));
  written.address = static_cast<std::uint64_t>(bytes);

  // The reader needs no words, so that nothing but its own count of images stops it: the twin's must be the same.
  if (images.count != twin_case.at("IMAGES")) {
    throw std::logic_error("the grid's IMAGES is not what the harness runs");
  }
  model.modules.push_back(
      std::make_unique<DmaReader<Values>>("reader", read, images, memory, log, Ends<Values>{{}, ends.out}));
  model.modules.push_back(
      std::make_unique<DmaWriter<Values>>("writer", written, images, memory, log, Ends<Values>{ends.in, {}}));
  const auto& reader = *model.modules[0];
  const auto& writer = *model.modules[1];
  model.probes = {reader.processes().back()->outputs().front(), writer.processes().front()->outputs().front()};
  return model;
}

Twin dma_twin() {
  return {"Memory, DmaReader, DmaWriter",
          read_grid(DMA_PAIR_GRID),
          [] { return std::make_unique<VerilatedGrid<Vdma_pair_grid>>(); },
          make_pair_of_engines,
          {{"BYTES_PER_CYCLE + 1", [](TwinCase& mutant) { ++mutant.at("BYTES_PER_CYCLE"); }},
           {"LATENCY + 1", [](TwinCase& mutant) { ++mutant.at("LATENCY"); }},
           {"BURST, one word more",
            [](TwinCase& mutant) {
              mutant.at("BURST") = (std::max<std::int64_t>(1, mutant.at("BURST") / mutant.at("WRITE_BYTES")) + 1) *
                                   mutant.at("WRITE_BYTES");
            }},
           {"OUTSTANDING + 1", [](TwinCase& mutant) { ++mutant.at("OUTSTANDING"); }},
           {"READ_WORDS + 1", [](TwinCase& mutant) { ++mutant.at("READ_WORDS"); }},
           {"WRITE_WORDS + 1", [](TwinCase& mutant) { ++mutant.at("WRITE_WORDS"); }},
           {"READ_BYTES + 1", [](TwinCase& mutant) { ++mutant.at("READ_BYTES"); }},
           {"WRITE_BYTES + 1", [](TwinCase& mutant) { ++mutant.at("WRITE_BYTES"); }},
           {"depth of the written stream + 1", [](TwinCase& mutant) { ++mutant.in.front().depth.words; }},
           {"depth of the read stream + 1", [](TwinCase& mutant) { ++mutant.out.front().depth.words; }}}};
}

TEST(DmaTwin, EqualsTheModelOnEveryEdge) {
  expect_equal_on_every_edge(dma_twin());
}

TEST(DmaTwinMutation, IsCaught) {
  expect_mutations_caught(dma_twin());
}

}  // namespace
}  // namespace millrace::rtl
