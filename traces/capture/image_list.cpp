#include "traces/capture/image_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "traces/capture/capture_error.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"

namespace millrace::capture {
namespace {

bool is_image(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 3> endings = {".png", ".jpg", ".jpeg"};
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

std::vector<ListedImage> list_folder(const std::filesystem::path& folder) {
  std::vector<ListedImage> result;
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  if (error) {
    throw CaptureError(fmt::format("{}: cannot be read: {}; check path and rights", folder.string(), error.message()));
  }
  for (const std::filesystem::directory_entry& entry : entries) {
    if (entry.is_regular_file() && is_image(entry.path())) {
      result.push_back({entry.path(), entry.path().filename().string(), {}, entry.path().string()});
    }
  }
  std::sort(result.begin(), result.end(), [](const ListedImage& a, const ListedImage& b) { return a.name < b.name; });
  return result;
}

std::int64_t parse_class(std::string_view text, const std::string& place, std::int64_t label_offset) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 ||
      value > traces::largest_class - label_offset) {
    throw CaptureError(fmt::format("{}: class {} must be an integer from 0 to {}", place, traces::in_quotes(text),
                                   traces::largest_class - label_offset));
  }
  return value + label_offset;
}

std::vector<ListedImage> read_list(const std::filesystem::path& list, std::int64_t label_offset) {
  std::ifstream stream(list);
  if (!stream) {
    throw CaptureError(fmt::format("{}: cannot be read: {}; name a folder of images or a list of them", list.string(),
                                   std::generic_category().message(errno)));
  }
  std::vector<ListedImage> result;
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word.front() == '#') {
      continue;
    }
    const std::string place = fmt::format("{}:{}", list.string(), number);
    ListedImage image;
    image.place = place;
    image.file = list.parent_path() / word;
    image.name = image.file.filename().string();
    while (words >> word) {
      image.labels.push_back(parse_class(word, place, label_offset));
    }
    std::error_code error;
    if (!std::filesystem::is_regular_file(image.file, error)) {
      throw CaptureError(fmt::format("{}: there is no image {}; paths are relative to the list", place,
                                     traces::in_quotes(image.file.string())));
    }
    if (!result.empty() && image.labels.empty() != result.front().labels.empty()) {
      const ListedImage& first = result.front();
      throw CaptureError(fmt::format("{} has {}, but {} has {}; give classes to all images or to none", place,
                                     image.labels.empty() ? "no class" : "a class", first.place,
                                     first.labels.empty() ? "none" : "one"));
    }
    result.push_back(std::move(image));
  }
  return result;
}

}  // namespace

void check_labels(const std::vector<ListedImage>& images, std::int64_t classes, std::int64_t label_offset) {
  for (const ListedImage& image : images) {
    for (const std::int64_t label : image.labels) {
      if (label >= classes) {
        throw CaptureError(fmt::format("{}: class {} must be 0 to {}: the model has {} classes{}", image.place,
                                       label - label_offset, classes - 1 - label_offset, classes,
                                       label_offset == 0 ? "" : fmt::format(", --label-offset is {}", label_offset)));
      }
    }
  }
}

std::vector<ListedImage> list_images(const std::filesystem::path& source, std::optional<std::size_t> most,
                                     std::int64_t label_offset) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(source, error);
  if (!is_folder && !std::filesystem::is_regular_file(source, error)) {
    throw CaptureError(fmt::format("{}: there is no such folder or list of images", source.string()));
  }
  std::vector<ListedImage> images = is_folder ? list_folder(source) : read_list(source, label_offset);
  if (images.empty()) {
    throw CaptureError(fmt::format("{}: {}", source.string(),
                                   is_folder ? "holds no PNG or JPEG file; name the folder with the images"
                                             : "names no image; give PNG or JPEG files"));
  }
  images.resize(std::min(images.size(), most.value_or(images.size())));
  return images;
}

}  // namespace millrace::capture
