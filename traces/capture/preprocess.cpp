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
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"

namespace millrace::capture {
namespace {

using traces::in_quotes;

struct Preset {
  std::string_view name;
  std::string_view pairs;
};

/// One line a preset.
constexpr std::array presets = {
    Preset{"cifar10", "size=32,scale=0.00392156862745098,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=rgb"},
    Preset{"raw", "scale=1,mean=0,std=1,layout=rgb"},
};

constexpr std::array layouts = {std::pair{std::string_view("rgb"), Layout::rgb},
                                std::pair{std::string_view("bgr"), Layout::bgr},
                                std::pair{std::string_view("gray"), Layout::gray}};

constexpr std::string_view legal_keys = "size, scale, mean, std, layout";

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

double parse_number(std::string_view key, std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    refuse(fmt::format("{}: {} is no number", key, in_quotes(text)));
  }
  return value;
}

std::vector<double> parse_numbers(std::string_view key, std::string_view text) {
  std::vector<double> values;
  for (const std::string_view part : split(text, ':')) {
    values.push_back(parse_number(key, part));
  }
  return values;
}

Layout parse_layout(std::string_view text) {
  for (const auto& [name, layout] : layouts) {
    if (name == text) {
      return layout;
    }
  }
  refuse(fmt::format("layout: {} is unknown; legal: rgb, bgr, gray", in_quotes(text)));
}

std::string_view layout_name(Layout layout) {
  const auto* found =
      std::find_if(layouts.begin(), layouts.end(), [layout](const auto& line) { return line.second == layout; });
  return found->first;
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
    result.layout = parse_layout(value);
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
  if (layout == Layout::rgb) {
    cv::cvtColor(bgr, result, cv::COLOR_BGR2RGB);
  } else if (layout == Layout::gray) {
    cv::cvtColor(bgr, result, cv::COLOR_BGR2GRAY);
  }
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

std::string to_string(const Preprocessing& preprocessing) {
  const std::string size = preprocessing.size ? fmt::format("size={},", *preprocessing.size) : "";
  return fmt::format("{}scale={},mean={},std={},layout={}", size, preprocessing.scale,
                     fmt::join(preprocessing.mean, ":"), fmt::join(preprocessing.std, ":"),
                     layout_name(preprocessing.layout));
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
  const std::int64_t channels = preprocessing_.layout == Layout::gray ? 1 : 3;
  if (channels != input.channels) {
    refuse(fmt::format("layout: {} has {} channel(s), but the model reads {}", layout_name(preprocessing_.layout),
                       channels, input.channels));
  }
  check_channels("mean", preprocessing_.mean, static_cast<std::size_t>(channels));
  check_channels("std", preprocessing_.std, static_cast<std::size_t>(channels));
}

cv::Mat Preprocessor::load(const std::filesystem::path& file) const {
  const cv::Mat stored = cv::imread(file.string(), cv::IMREAD_COLOR);
  if (stored.empty()) {
    throw CaptureError(fmt::format("{}: is no image that can be read; give PNG or JPEG files", file.string()));
  }
  cv::Mat image = in_layout(stored, preprocessing_.layout);
  if (image.size() != size_) {
    const bool is_shrinking = image.cols > size_.width && image.rows > size_.height;
    cv::resize(image, image, size_, 0, 0, is_shrinking ? cv::INTER_AREA : cv::INTER_LINEAR);
  }
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
