#include "traces/capture/preprocess.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <system_error>
#include <utility>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/jpeg_file.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;

struct Preset {
  std::string_view name;
  std::string_view pairs;
  std::string_view meaning;
};

/// One line a preset.
constexpr std::array presets = {
    Preset{"imagenet", "scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=rgb,crop=0.875",
           "as torchvision: shorter side to size / 0.875, middle, 0..1, mean and deviation of ImageNet"},
    Preset{"tf", "scale=1,mean=128,std=128,layout=rgb,crop=0.875",
           "as TensorFlow's MobileNets: shorter side to size / 0.875, middle, -1..1"},
    Preset{"cifar10", "size=32,scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=rgb",
           "stretched to 32x32, 0..1, mean and deviation of ImageNet, which CIFAR ResNets are trained with"},
    Preset{"mnist", "size=28,scale=1,mean=0,std=1,layout=gray", "grey 28x28, 0..255, white digits on black"},
    Preset{"digits", "size=8,scale=1/255,mean=0,std=1,layout=gray",
           "grey 8x8, input = pixel / 255, scikit-learn's digits stored with pixel = round(value * 255 / 16)"},
    Preset{"raw", "scale=1,mean=0,std=1,layout=rgb", "stretched to the model's size, 0..255"},
};

constexpr std::array layouts = {std::pair{std::string_view("rgb"), Layout::kRgb},
                                std::pair{std::string_view("bgr"), Layout::kBgr},
                                std::pair{std::string_view("gray"), Layout::kGray}};

constexpr std::array resizes = {
    std::pair{std::string_view("auto"), Resize::kAutomatic}, std::pair{std::string_view("area"), Resize::kArea},
    std::pair{std::string_view("bilinear"), Resize::kBilinear}, std::pair{std::string_view("cubic"), Resize::kCubic},
    std::pair{std::string_view("nearest"), Resize::kNearest}};

constexpr std::string_view legal_keys = "size, scale, mean, std, layout, crop, resize";

[[noreturn]] void refuse(std::string_view what) {
  throw CaptureError(fmt::format("--preprocess: {}", what));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::optional<double> decimal(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// A decimal number, or the quotient of two: 1/255.
double parse_number(std::string_view key, std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<double> value = decimal(text.substr(0, slash));
  const std::optional<double> divisor = slash == std::string_view::npos ? 1.0 : decimal(text.substr(slash + 1));
  if (!value || !divisor || !std::isfinite(*value / *divisor)) {
    refuse(fmt::format("{}: {} is no number", key, in_quotes(text)));
  }
  return *value / *divisor;
}

std::vector<double> parse_numbers(std::string_view key, std::string_view text) {
  std::vector<double> values;
  for (const std::string_view part : split(text, ':')) {
    values.push_back(parse_number(key, part));
  }
  return values;
}

/// The value that a table gives a word; throws CaptureError with all words.
template <class Table>
auto parse_word(std::string_view key, const Table& table, std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto& [word, value] : table) {
    if (word == text) {
      return value;
    }
    words.push_back(word);
  }
  refuse(fmt::format("{}: {} is unknown; legal: {}", key, in_quotes(text), fmt::join(words, ", ")));
}

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  const auto* found =
      std::find_if(table.begin(), table.end(), [value](const auto& line) { return line.second == value; });
  return found->first;
}

std::optional<double> parse_crop(std::string_view text) {
  if (text == "none") {
    return std::nullopt;
  }
  const double crop = parse_number("crop", text);
  constexpr double smallest = 0.01;
  if (crop < smallest || crop > 1.0) {
    refuse(fmt::format("crop: is {}, must be {} to 1, or none", text, smallest));
  }
  return crop;
}

void set_value(Preprocessing& result, std::string_view key, std::string_view value) {
  if (key == "size") {
    const double size = parse_number(key, value);
    if (size < 1 || size > static_cast<double>(traces::largest_dimension) || size != std::floor(size)) {
      refuse(fmt::format("size: is {}, must be 1 to {}", value, traces::largest_dimension));
    }
    result.size = static_cast<int>(size);
  } else if (key == "scale") {
    result.scale = parse_number(key, value);
  } else if (key == "mean") {
    result.mean = parse_numbers(key, value);
  } else if (key == "std") {
    result.std = parse_numbers(key, value);
    if (std::find(result.std.begin(), result.std.end(), 0.0) != result.std.end()) {
      refuse("std: must not be 0");
    }
  } else if (key == "layout") {
    result.layout = parse_word(key, layouts, value);
  } else if (key == "crop") {
    result.crop = parse_crop(value);
  } else if (key == "resize") {
    result.resize = parse_word(key, resizes, value);
  } else {
    refuse(fmt::format("unknown key {}; legal: {}", in_quotes(key), legal_keys));
  }
}

void set_pairs(Preprocessing& result, const std::vector<std::string_view>& pairs) {
  for (const std::string_view pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      std::vector<std::string_view> names;
      for (const Preset& preset : presets) {
        names.push_back(preset.name);
      }
      refuse(fmt::format("{} is no preset ({}) and no key=value ({})", in_quotes(pair), fmt::join(names, ", "),
                         legal_keys));
    }
    set_value(result, pair.substr(0, equals), pair.substr(equals + 1));
  }
}

void check_channels(std::string_view key, std::vector<double>& values, std::size_t channels) {
  if (values.size() == 1) {
    values.resize(channels, values.front());
  }
  if (values.size() != channels) {
    refuse(fmt::format("{}: has {} values, must have one or {}", key, values.size(), channels));
  }
}

/// Grey is computed here, not by the decoder: each image library has its own rounding.
cv::Mat in_layout(const cv::Mat& bgr, Layout layout) {
  cv::Mat result = bgr;
  if (layout == Layout::kRgb) {
    cv::cvtColor(bgr, result, cv::COLOR_BGR2RGB);
  } else if (layout == Layout::kGray) {
    cv::cvtColor(bgr, result, cv::COLOR_BGR2GRAY);
  }
  return result;
}

/// Halves to the even neighbour, as Python and OpenCV round.
int rounded(double length) {
  return static_cast<int>(std::nearbyint(length));
}

cv::Mat resized(const cv::Mat& image, const cv::Size& size, Resize resize) {
  if (image.size() == size) {
    return image;
  }
  const bool is_shrinking = image.cols > size.width && image.rows > size.height;
  int method = is_shrinking ? cv::INTER_AREA : cv::INTER_LINEAR;
  if (resize != Resize::kAutomatic) {
    constexpr std::array methods = {
        std::pair{Resize::kArea, cv::INTER_AREA}, std::pair{Resize::kBilinear, cv::INTER_LINEAR},
        std::pair{Resize::kCubic, cv::INTER_CUBIC}, std::pair{Resize::kNearest, cv::INTER_NEAREST}};
    method = std::find_if(methods.begin(), methods.end(), [resize](const auto& line) {
               return line.first == resize;
             })->second;
  }
  cv::Mat result;
  cv::resize(image, result, size, 0, 0, method);
  return result;
}

}  // namespace

Preprocessing parse_preprocessing(std::string_view text) {
  Preprocessing result;
  std::vector<std::string_view> parts = split(text, ',');
  for (const Preset& preset : presets) {
    if (preset.name == parts.front()) {
      set_pairs(result, split(preset.pairs, ','));
      parts.erase(parts.begin());
      break;
    }
  }
  set_pairs(result, parts);
  return result;
}

std::string describe_presets() {
  std::string result;
  for (const Preset& preset : presets) {
    result += fmt::format("  {:9}{}\n           {}\n", preset.name, preset.meaning, preset.pairs);
  }
  return result;
}

std::string to_string(const Preprocessing& preprocessing) {
  const std::string size = preprocessing.size ? fmt::format("size={},", *preprocessing.size) : "";
  const std::string crop = preprocessing.crop ? fmt::format("{}", *preprocessing.crop) : "none";
  return fmt::format("{}scale={},mean={},std={},layout={},crop={},resize={}", size, preprocessing.scale,
                     fmt::join(preprocessing.mean, ":"), fmt::join(preprocessing.std, ":"),
                     word_of(layouts, preprocessing.layout), crop, word_of(resizes, preprocessing.resize));
}

Preprocessor::Preprocessor(Preprocessing preprocessing, const traces::MapShape& input)
    : preprocessing_(std::move(preprocessing)), size_(static_cast<int>(input.width), static_cast<int>(input.height)) {
  if (preprocessing_.size && (*preprocessing_.size != input.height || *preprocessing_.size != input.width)) {
    refuse(fmt::format("size: is {}, but the model reads images of {}x{}", *preprocessing_.size, input.height,
                       input.width));
  }
  if (input.height == input.width) {
    preprocessing_.size = static_cast<int>(input.height);
  }
  const std::int64_t channels = preprocessing_.layout == Layout::kGray ? 1 : 3;
  if (channels != input.channels) {
    refuse(fmt::format("layout: {} has {} channel(s), but the model reads {}", word_of(layouts, preprocessing_.layout),
                       channels, input.channels));
  }
  check_channels("mean", preprocessing_.mean, static_cast<std::size_t>(channels));
  check_channels("std", preprocessing_.std, static_cast<std::size_t>(channels));
}

cv::Mat Preprocessor::at_size(const cv::Mat& image) const {
  if (!preprocessing_.crop) {
    return resized(image, size_, preprocessing_.resize);
  }
  // The smallest size of the image's own proportions that covers size / crop.
  const cv::Size box(rounded(size_.width / *preprocessing_.crop), rounded(size_.height / *preprocessing_.crop));
  const double factor =
      std::max(static_cast<double>(box.width) / image.cols, static_cast<double>(box.height) / image.rows);
  const cv::Size whole(std::max(box.width, rounded(image.cols * factor)),
                       std::max(box.height, rounded(image.rows * factor)));
  if (whole.width > traces::largest_dimension || whole.height > traces::largest_dimension) {
    refuse(fmt::format("an image is {}x{}, too long and narrow for crop; cut it, or use crop=none", image.rows,
                       image.cols));
  }
  const cv::Point corner((whole.width - size_.width) / 2, (whole.height - size_.height) / 2);
  return resized(image, whole, preprocessing_.resize)(cv::Rect(corner, size_)).clone();
}

cv::Mat Preprocessor::load(const std::filesystem::path& file) const {
  cv::Mat stored;
  try {
    stored = cv::imread(file.string(), cv::IMREAD_COLOR);
  } catch (const cv::Exception& error) {
    // Images that claim to be larger than any memory.
    throw CaptureError(
        fmt::format("{}: cannot be read as an image: {}; give PNG or JPEG files", file.string(), error.err));
  }
  if (stored.empty()) {
    throw CaptureError(fmt::format("{}: is no image that can be read; give PNG or JPEG files", file.string()));
  }
  if (is_cut_off_jpeg(file)) {
    throw CaptureError(fmt::format("{}: ends before its image does; copy or download it again", file.string()));
  }
  cv::Mat image = at_size(in_layout(stored, preprocessing_.layout));
  std::vector<cv::Mat> channels;
  cv::split(image, channels);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const double factor = preprocessing_.scale / preprocessing_.std[i];
    channels[i].convertTo(channels[i], CV_32F, factor, -preprocessing_.mean[i] / preprocessing_.std[i]);
  }
  cv::merge(channels, image);
  return cv::dnn::blobFromImage(image);
}

}  // namespace millrace::capture
