// Which images to run: a folder, or a list with labels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace millrace::capture {

struct ListedImage {
  std::filesystem::path file;
  std::string name;                  ///< file name without folders, the one stored in the trace
  std::vector<std::int64_t> labels;  ///< every class that counts as right; none: not known
};

/// A folder: its PNG and JPEG files, by name. A file: a line an image, `path [class ...]`, paths relative to the file;
/// empty lines and lines that begin with '#' are skipped. At most `limit` images if it is given.
/// `label_offset` is added to every class. Throws CaptureError with file and line.
std::vector<ListedImage> list_images(const std::filesystem::path& source, std::optional<std::size_t> limit,
                                     std::int64_t label_offset = 0);

}  // namespace millrace::capture
