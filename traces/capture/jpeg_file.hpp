// Whether a JPEG file is whole: OpenCV reads a part of one, too, and makes the rest grey.
#pragma once

#include <filesystem>

namespace millrace::capture {

/// True if the file begins as a JPEG file and ends before its end-of-image marker.
bool is_cut_off_jpeg(const std::filesystem::path& file);

}  // namespace millrace::capture
