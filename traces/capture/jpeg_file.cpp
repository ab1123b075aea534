#include "traces/capture/jpeg_file.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace millrace::capture {
namespace {

// ITU-T T.81, table B.1. The second bytes of markers; the first one is 0xFF.
constexpr unsigned kFill = 0xFF;
constexpr unsigned kNone = 0x00;  ///< behind a byte of 0xFF of a scan's data
constexpr unsigned kStartOfImage = 0xD8;
constexpr unsigned kEndOfImage = 0xD9;
constexpr unsigned kStartOfScan = 0xDA;

bool stands_alone(unsigned marker) {
  constexpr unsigned temporary = 0x01;
  constexpr unsigned first_restart = 0xD0;
  return marker == temporary || (marker >= first_restart && marker <= kStartOfImage);
}

class Markers {
 public:
  explicit Markers(std::ifstream& stream) : bytes_(std::istreambuf_iterator<char>(stream), {}) {}

  /// The next marker, none at the end of the file. Whatever stands before it is skipped: thumbnails, which have ends of
  /// their own, stand inside segments.
  std::optional<unsigned> next() {
    for (; place_ + 1 < bytes_.size(); ++place_) {
      if (at(place_) == kFill && at(place_ + 1) != kFill) {
        place_ += 2;
        return at(place_ - 1);
      }
    }
    return std::nullopt;
  }

  /// Goes behind the segment that the last marker begins.
  void skip_segment() {
    if (place_ + 1 < bytes_.size()) {
      place_ += at(place_) << 8 | at(place_ + 1);
    } else {
      place_ = bytes_.size();
    }
  }

 private:
  unsigned at(std::size_t place) const { return static_cast<unsigned char>(bytes_[place]); }

  std::vector<char> bytes_;
  std::size_t place_ = 0;
};

}  // namespace

bool is_cut_off_jpeg(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (stream.get() != static_cast<int>(kFill) || stream.get() != static_cast<int>(kStartOfImage)) {
    return false;
  }
  Markers markers(stream);
  bool in_scan = false;
  while (const std::optional<unsigned> marker = markers.next()) {
    if (*marker == kEndOfImage) {
      return false;
    }
    if (stands_alone(*marker) || (in_scan && *marker == kNone)) {
      continue;
    }
    in_scan = *marker == kStartOfScan;
    markers.skip_segment();
  }
  return true;
}

}  // namespace millrace::capture
