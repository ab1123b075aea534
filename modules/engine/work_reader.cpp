#include "modules/engine/work_reader.hpp"

#include <algorithm>
#include <span>

#include "modules/engine/unit_kernels.hpp"

namespace millrace {

void WorkReader::go_on() {
  if (last_bytes_ > 0) {
    last_.resize(last_bytes_ + (kUnitLanes << width_));
    std::copy_n(end_, last_bytes_, last_.begin());
    next_ = last_.data();
    end_ = next_ + last_bytes_;
    last_bytes_ = 0;
    return;
  }
  const WorkBand band = source_.next_band();
  width_ = band.index();
  window_bytes_ = units_ << width_;
  std::span<const std::byte> bytes = std::visit([](auto numbers) { return std::as_bytes(numbers); }, band);
  const std::size_t slack = kUnitLanes << width_;
  const std::size_t readable = bytes.size() < slack ? 0 : (bytes.size() - slack) / window_bytes_ * window_bytes_;
  next_ = bytes.data();
  end_ = next_ + readable;
  last_bytes_ = bytes.size() - readable;
  if (readable == 0) {
    go_on();
  }
}

}  // namespace millrace
