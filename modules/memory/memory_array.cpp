#include "modules/memory/memory_array.hpp"

#include <algorithm>

namespace millrace {
namespace {

/// Calls visit(page, offset in page, offset in span, count) for every page that [address, address + size) touches.
template <typename Visit>
void for_each_page(std::uint64_t address, std::size_t size, std::uint64_t page_bytes, Visit visit) {
  for (std::size_t done = 0; done < size;) {
    const std::uint64_t offset = (address + done) % page_bytes;
    const std::size_t count = std::min<std::size_t>(size - done, page_bytes - offset);
    visit((address + done) / page_bytes, offset, done, count);
    done += count;
  }
}

bool is_zero(std::uint8_t byte) {
  return byte == 0;
}

}  // namespace

Cycle MemoryArray::serve(std::size_t bytes, Cycle now) {
  const std::int64_t size = static_cast<std::int64_t>(bytes);
  const Cycle start = std::max(now, free_);
  free_ = start + Cycles{(size + parameters_.bytes_per_cycle - 1) / parameters_.bytes_per_cycle};
  return free_ + parameters_.latency;
}

Cycle MemoryArray::read(std::uint64_t address, std::span<std::uint8_t> bytes, Cycle now) {
  load(address, bytes);
  return serve(bytes.size(), now);
}

Cycle MemoryArray::write(std::uint64_t address, std::span<const std::uint8_t> bytes, Cycle now) {
  store(address, bytes);
  return serve(bytes.size(), now);
}

void MemoryArray::store(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  for_each_page(address, bytes.size(), kPageBytes,
                [&](std::uint64_t page, std::uint64_t offset, std::size_t done, std::size_t count) {
                  const std::span<const std::uint8_t> part = bytes.subspan(done, count);
                  // A simulation of cycles writes nothing but zeros, image after image: that takes no memory.
                  if (!pages_.contains(page) && std::all_of(part.begin(), part.end(), is_zero)) {
                    return;
                  }
                  Page& stored = pages_[page];  // of zeros, if it is new
                  std::copy(part.begin(), part.end(), stored.begin() + static_cast<std::ptrdiff_t>(offset));
                });
}

void MemoryArray::load(std::uint64_t address, std::span<std::uint8_t> bytes) const {
  for_each_page(address, bytes.size(), kPageBytes,
                [&](std::uint64_t page, std::uint64_t offset, std::size_t done, std::size_t count) {
                  const auto found = pages_.find(page);
                  const auto target = bytes.begin() + static_cast<std::ptrdiff_t>(done);
                  if (found == pages_.end()) {
                    std::fill_n(target, count, std::uint8_t{0});
                  } else {
                    std::copy_n(found->second.begin() + static_cast<std::ptrdiff_t>(offset), count, target);
                  }
                });
}

}  // namespace millrace
