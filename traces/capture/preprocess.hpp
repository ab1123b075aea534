// From an image file to the numbers that a model expects.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/network.hpp"

namespace millrace::capture {

enum class Layout { kRgb, kBgr, kGray };

/// `automatic`: area average when shrinking, bilinear when enlarging.
enum class Resize { kAutomatic, kArea, kBilinear, kCubic, kNearest };

/// value = (pixel * scale - mean) / std, a channel at a time in the order of the layout.
struct Preprocessing {
  std::optional<int> size;  ///< edge length in pixels; nothing: what the model's input has
  double scale = 1.0;
  std::vector<double> mean = {0.0};  ///< one value, or one a channel
  std::vector<double> std = {1.0};
  Layout layout = Layout::kRgb;
  /// The image is scaled, its sides kept in proportion, until the model's input is this fraction of its shorter side,
  /// and the middle is cut out. Nothing: it is stretched to the model's size.
  std::optional<double> crop;
  Resize resize = Resize::kAutomatic;
};

/// A preset, or key=value pairs separated by commas (size, scale, mean, std, layout, crop, resize), or a preset and
/// then pairs that change it. Throws CaptureError with what would be legal.
Preprocessing parse_preprocessing(std::string_view text);

/// The same as key=value pairs, nothing left out; parse_preprocessing() reads it.
std::string to_string(const Preprocessing& preprocessing);

/// Names and meaning of the presets, a line each.
std::string describe_presets();

/// Makes inputs for a model whose input is `input`: checks once, then image by image.
class Preprocessor {
 public:
  /// Throws CaptureError if size or channels are not those of the model.
  Preprocessor(Preprocessing preprocessing, const traces::MapShape& input);

  /// With everything resolved.
  const Preprocessing& preprocessing() const { return preprocessing_; }
  /// The image at the model's size, as a [1, C, H, W] Mat of floats. Throws CaptureError if the file is no image.
  cv::Mat load(const std::filesystem::path& file) const;

 private:
  cv::Mat at_size(const cv::Mat& image) const;

  Preprocessing preprocessing_;
  cv::Size size_;
};

}  // namespace millrace::capture
