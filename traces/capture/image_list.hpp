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
  std::string place;                 ///< where it is listed, for messages
};

/// A folder: its PNG and JPEG files, by name. A file: a line an image, `path [class ...]`, paths relative to the file;
/// empty lines and lines that begin with '#' are skipped. Either every line has a class or none. At most `most` images,
/// the first ones, if it is given. `label_offset` is added to every class. Throws CaptureError with file and line.
std::vector<ListedImage> list_images(const std::filesystem::path& source, std::optional<std::size_t> most,
                                     std::int64_t label_offset = 0);

/// Throws CaptureError if an image has a label that a model of so many classes does not have.
void check_labels(const std::vector<ListedImage>& images, std::int64_t classes, std::int64_t label_offset);

}  // namespace millrace::capture
