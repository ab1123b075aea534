// The whole way, from an ONNX file and images to a trace, against plain loops.
#include "traces/capture/capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/capture/small_network.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/trace.hpp"

namespace millrace::capture {
namespace {

using test::PlainMap;
using test::SmallNetwork;

constexpr std::size_t image_count = 3;

/// With all images, the smallest scale that keeps the values exact: pixels / 8.
constexpr std::string_view exact_pixels = "scale=0.125,layout=bgr";

bool bit_at(const traces::MaskView& mask, std::int64_t outer, std::int64_t row, std::int64_t column,
            std::int64_t channel) {
  return ((mask.at(outer, row, column)[static_cast<std::size_t>(channel / 8)] >> (channel % 8)) & 1) != 0;
}

class Capture : public testing::Test {
 protected:
  Capture() {
    std::mt19937 random(1);
    std::ofstream list(folder / "images.lst");
    for (std::size_t i = 0; i < image_count; ++i) {
      cv::Mat pixels(9, 7, CV_8UC3);
      for (int row = 0; row < pixels.rows; ++row) {
        for (int column = 0; column < pixels.cols; ++column) {
          for (int channel = 0; channel < 3; ++channel) {
            pixels.at<cv::Vec3b>(row, column)[channel] =
                static_cast<unsigned char>(random() % 3 == 0 ? 0 : random() % 16);
          }
        }
      }
      const std::string name = "image" + std::to_string(i) + ".png";
      cv::imwrite((folder / name).string(), pixels);
      list << name << '\n';
      images.push_back(to_map(pixels));
    }
  }

  static PlainMap to_map(const cv::Mat& pixels) {
    PlainMap map{3, pixels.rows, pixels.cols, {}};
    for (int channel = 0; channel < 3; ++channel) {
      for (int row = 0; row < pixels.rows; ++row) {
        for (int column = 0; column < pixels.cols; ++column) {
          map.values.push_back(static_cast<float>(pixels.at<cv::Vec3b>(row, column)[channel]) / 8.0F);
        }
      }
    }
    return map;
  }

  traces::Trace run(const SmallNetwork& network, std::optional<double> prune, bool masks_only) {
    CaptureOptions options;
    options.prune = prune;
    options.masks_only = masks_only;
    return run(network, options);
  }

  traces::Trace run(const SmallNetwork& network, CaptureOptions options) {
    network.model().write(folder / "small.onnx");
    options.model = folder / "small.onnx";
    options.images = folder / "images.lst";
    options.preprocessing = parse_preprocessing(exact_pixels);
    options.out = folder / "small.safetensors";
    std::FILE* progress = std::tmpfile();
    const CaptureSummary summary = capture(options, progress);
    std::fclose(progress);
    EXPECT_EQ(summary.images, image_count);
    return traces::Trace::open(options.out);
  }

  using Change = std::function<void(const std::string&, PlainMap&)>;

  void expect_activations(
      const traces::Trace& trace, const SmallNetwork& network,
      const Change& change = [](const std::string&, PlainMap&) {}) const {
    for (std::size_t i = 0; i < image_count; ++i) {
      const std::map<std::string, PlainMap> expected = network.evaluate(images[i], change);
      for (const traces::Layer& layer : trace.network().layers()) {
        if (traces::has_weights(layer)) {
          const std::string& edge = trace.network().edge(layer.inputs[0]).name;
          expect_map(trace.activation_mask(layer.inputs[0]), static_cast<std::int64_t>(i), expected.at(edge), edge);
        }
      }
      const std::vector<float>& scores = expected.at("/scores/Gemm").values;
      EXPECT_EQ(trace.images()[i].top1, std::max_element(scores.begin(), scores.end()) - scores.begin());
    }
  }

  static void expect_map(const traces::MaskView& mask, std::int64_t image, const PlainMap& map,
                         const std::string& edge) {
    ASSERT_EQ(mask.rows(), map.height) << edge;
    ASSERT_EQ(mask.columns(), map.width) << edge;
    ASSERT_EQ(mask.bytes(), (map.channels + 7) / 8) << edge;
    for (std::int64_t channel = 0; channel < map.channels; ++channel) {
      for (std::int64_t row = 0; row < map.height; ++row) {
        for (std::int64_t column = 0; column < map.width; ++column) {
          ASSERT_EQ(bit_at(mask, image, row, column, channel), map.at(channel, row, column) != 0.0F)
              << edge << ", image " << image << ", channel " << channel << ", " << row << ", " << column;
        }
      }
    }
  }

  static void expect_weights(const traces::MaskView& mask, std::int64_t channels, const std::vector<float>& weights) {
    std::size_t next = 0;
    for (std::int64_t filter = 0; filter < mask.outer(); ++filter) {
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        for (std::int64_t row = 0; row < mask.rows(); ++row) {
          for (std::int64_t column = 0; column < mask.columns(); ++column) {
            ASSERT_EQ(bit_at(mask, filter, row, column, channel), weights.at(next) != 0.0F);
            ++next;
          }
        }
      }
    }
    EXPECT_EQ(next, weights.size());
  }

  /// [outputs][C][H][W] in the model, [outputs][H * W * C] in the trace.
  static void expect_fully_connected(const traces::MaskView& mask, const traces::MapShape& input,
                                     const std::vector<float>& weights) {
    std::size_t next = 0;
    for (std::int64_t output = 0; output < mask.outer(); ++output) {
      for (std::int64_t channel = 0; channel < input.channels; ++channel) {
        for (std::int64_t pixel = 0; pixel < input.height * input.width; ++pixel) {
          ASSERT_EQ(bit_at(mask, output, 0, 0, pixel * input.channels + channel), weights.at(next) != 0.0F);
          ++next;
        }
      }
    }
    EXPECT_EQ(next, weights.size());
  }

  static void expect_all_weights(const traces::Trace& trace, const SmallNetwork& network) {
    for (std::size_t i = 0; i < trace.network().layers().size(); ++i) {
      const traces::Layer& layer = trace.network().layers()[i];
      if (layer.name == "/first/Conv") {
        expect_weights(trace.weight_mask({i}), network.first.channels, network.first.weights);
      } else if (layer.name == "/body/Conv") {
        expect_weights(trace.weight_mask({i}), network.body.channels, network.body.weights);
      } else if (layer.name == "/depthwise/Conv") {
        expect_weights(trace.weight_mask({i}), network.depthwise.channels, network.depthwise.weights);
      } else if (layer.name == "/scores/Gemm") {
        expect_fully_connected(trace.weight_mask({i}), trace.network().edge(layer.inputs[0]).shape, network.fc);
      }
    }
  }

  test::TemporaryFolder folder;
  std::vector<PlainMap> images;
};

TEST_F(Capture, MasksEqualThoseOfPlainLoops) {
  const SmallNetwork network(11);
  const traces::Trace trace = run(network, std::nullopt, true);
  EXPECT_EQ(trace.network().name(), "small");
  EXPECT_EQ(trace.images()[2].name, "image2.png");
  EXPECT_EQ(trace.provenance().pruned, std::nullopt);
  expect_activations(trace, network);
  expect_all_weights(trace, network);
}

TEST_F(Capture, MasksOfAPrunedNetworkAreThoseOfThePrunedWeights) {
  SmallNetwork network(12);
  const std::string hash = run(network, std::nullopt, true).provenance().weight_hash;
  const traces::Trace trace = run(network, 0.6, true);
  network.prune(0.6);
  EXPECT_EQ(trace.provenance().pruned, 0.6);
  EXPECT_NE(trace.provenance().weight_hash, hash);
  expect_activations(trace, network);
  expect_all_weights(trace, network);
}

TEST_F(Capture, FullyConnectedWeightsFollowTheOrderOfTheMap) {
  const SmallNetwork network(13, false);
  const traces::Trace trace = run(network, std::nullopt, true);
  expect_activations(trace, network);
  expect_all_weights(trace, network);
}

TEST_F(Capture, CodesAreTheValues) {
  const SmallNetwork network(14);
  const traces::Trace trace = run(network, std::nullopt, false);
  expect_activations(trace, network);
  for (std::size_t image = 0; image < image_count; ++image) {
    const std::map<std::string, PlainMap> expected = network.evaluate(images[image]);
    for (const traces::Layer& layer : trace.network().layers()) {
      if (!traces::has_weights(layer)) {
        continue;
      }
      const PlainMap& map = expected.at(trace.network().edge(layer.inputs[0]).name);
      const std::optional<traces::CodeView> codes = trace.activation_codes(layer.inputs[0]);
      ASSERT_TRUE(codes);
      EXPECT_FALSE(codes->is_signed());
      const std::span<const std::uint8_t> stored = codes->item(static_cast<std::int64_t>(image));
      std::size_t next = 0;
      for (std::int64_t row = 0; row < map.height; ++row) {
        for (std::int64_t column = 0; column < map.width; ++column) {
          for (std::int64_t channel = 0; channel < map.channels; ++channel) {
            const float value = map.at(channel, row, column);
            const double distance = std::abs(stored[next++] * codes->scale() - static_cast<double>(value));
            ASSERT_LE(distance, codes->scale() * (value < codes->scale() ? 1.0 : 0.501)) << layer.name;
          }
        }
      }
    }
  }
  EXPECT_TRUE(trace.weight_codes({0})->is_signed());
}

TEST_F(Capture, RecordsWhatWasApplied) {
  const SmallNetwork network(17);
  CaptureOptions options;
  options.prune_nm = GroupPruning{1, 2};
  options.bits = 8;
  options.masks_only = true;
  const traces::Trace trace = run(network, options);
  EXPECT_EQ(trace.provenance().pruned_nm, "1:2");
  EXPECT_EQ(trace.provenance().bits, 8);
  EXPECT_TRUE(trace.provenance().left_out.empty());
}

TEST_F(Capture, RoundsBeforeItDecidesWhatIsZero) {
  SmallNetwork network(18);
  // Weights are multiples of 1/8 up to 1/2: beside one of 64, eight bits cannot tell them from zero.
  network.fc.front() = 64.0F;
  CaptureOptions options;
  const auto weights_of_last_layer = [](const traces::Trace& trace) {
    std::int64_t count = 0;
    const traces::LayerId last{trace.network().layers().size() - 1};
    const traces::MaskView mask = trace.weight_mask(last);
    for (std::int64_t filter = 0; filter < mask.outer(); ++filter) {
      for (const std::uint8_t byte : mask.item(filter)) {
        count += std::popcount(byte);
      }
    }
    return count;
  };
  options.masks_only = true;
  EXPECT_GT(weights_of_last_layer(run(network, options)), 1);
  options.bits = 8;
  EXPECT_EQ(weights_of_last_layer(run(network, options)),
            1 + std::count(network.fc.begin() + 1, network.fc.end(), 0.5F) +
                std::count(network.fc.begin() + 1, network.fc.end(), -0.5F) +
                std::count(network.fc.begin() + 1, network.fc.end(), 0.375F) +
                std::count(network.fc.begin() + 1, network.fc.end(), -0.375F));
  options.bits = 16;
  EXPECT_GT(weights_of_last_layer(run(network, options)), 40);
}

TEST_F(Capture, ClipsActivationsBeforeAnythingReadsThem) {
  SmallNetwork network(19);
  CaptureOptions options;
  options.masks_only = true;
  // The edge behind the first layer is read by a slice, too; the image and what the last layer reads stay.
  options.activation_thresholds =
      parse_thresholds("--threshold-activations", {"0.5,/first/Conv=0", "/depthwise/Conv=1.25,/scores/Gemm=0"});
  const traces::Trace trace = run(network, options);
  EXPECT_EQ(trace.provenance().threshold_activations, "0.5,/depthwise/Conv=1.25,/first/Conv=0,/scores/Gemm=0");
  const auto clip = [](float threshold, PlainMap& map) {
    for (float& value : map.values) {
      value = value <= threshold && value >= -threshold ? 0.0F : value;
    }
  };
  const auto change = [&clip](const std::string& edge, PlainMap& map) {
    clip(edge == "/first_relu/Relu" ? 0.5F : edge == "/sum_relu/Relu" ? 1.25F : 0.0F, map);
  };
  expect_activations(trace, network, change);
  // And it matters to later layers: where only what is stored is clipped, other values are left.
  EXPECT_NE(network.evaluate(images[0], change).at("/depthwise_relu/Relu").values,
            network.evaluate(images[0]).at("/depthwise_relu/Relu").values);
}

TEST_F(Capture, ClipsTheImageAndNegativeValuesToo) {
  const SmallNetwork network(20);
  CaptureOptions options;
  options.masks_only = true;
  options.activation_thresholds = parse_thresholds("--threshold-activations", {"/first/Conv=1"});
  expect_activations(run(network, options), network, [](const std::string& edge, PlainMap& map) {
    for (float& value : map.values) {
      value = edge == "image" && value <= 1.0F ? 0.0F : value;
    }
  });
}

TEST_F(Capture, ClipsWeights) {
  SmallNetwork network(21);
  CaptureOptions options;
  options.masks_only = true;
  options.weight_thresholds = parse_thresholds("--threshold-weights", {"0.25,/scores/Gemm=0.5"});
  const std::string hash = run(network, CaptureOptions{}).provenance().weight_hash;
  const traces::Trace trace = run(network, options);
  const auto clip = [](float threshold, std::vector<float>& weights) {
    for (float& weight : weights) {
      weight = weight < threshold && weight > -threshold ? 0.0F : weight;
    }
  };
  for (std::vector<float>* weights : {&network.first.weights, &network.body.weights, &network.depthwise.weights}) {
    clip(0.25F, *weights);
  }
  clip(0.5F, network.fc);
  expect_activations(trace, network);
  expect_all_weights(trace, network);
  EXPECT_EQ(trace.provenance().threshold_weights, "0.25,/scores/Gemm=0.5");
  EXPECT_EQ(trace.provenance().threshold_activations, "");
  EXPECT_NE(trace.provenance().weight_hash, hash);
}

/// Rounding in plain loops: ranges of all edges from the network as it is, one scale an edge.
class PlainRounding {
 public:
  PlainRounding(const SmallNetwork& network, const std::vector<PlainMap>& images) {
    for (const PlainMap& image : images) {
      for (const auto& [edge, map] : network.evaluate(image)) {
        for (const float value : map.values) {
          lowest_[edge] = std::min(lowest_[edge], value);
          highest_[edge] = std::max({highest_[edge], value, -value});
        }
      }
    }
    // These move values, so they keep their scale.
    for (const char* edge : {"/quarter/Slice", "/padded/Pad"}) {
      lowest_[edge] = lowest_["/first_relu/Relu"];
      highest_[edge] = highest_["/first_relu/Relu"];
    }
  }

  double scale(const std::string& edge) const { return highest_.at(edge) / most(edge); }
  void operator()(const std::string& edge, PlainMap& map) const { round(map.values, scale(edge), most(edge)); }

  static void round(std::vector<float>& values, double scale, double most) {
    for (float& value : values) {
      value = static_cast<float>(std::clamp(std::round(value / scale), -most, most) * scale);
    }
  }
  static void round_weights(std::vector<float>& values) {
    float largest = 0.0F;
    for (const float value : values) {
      largest = std::max(largest, std::abs(value));
    }
    round(values, largest / 127.0, 127.0);
  }

 private:
  double most(const std::string& edge) const { return lowest_.at(edge) < 0.0F ? 127.0 : 255.0; }

  std::map<std::string, float> lowest_, highest_;
};

TEST_F(Capture, RoundsWhileTheNetworkRuns) {
  SmallNetwork network(22);
  // One channel that is far above the others makes their codes coarse, and so later layers see something else.
  network.first.bias.front() = 100.0F;
  CaptureOptions options;
  options.bits = 8;
  const traces::Trace trace = run(network, options);
  for (std::vector<float>* weights :
       {&network.first.weights, &network.body.weights, &network.depthwise.weights, &network.fc}) {
    PlainRounding::round_weights(*weights);
  }
  const PlainRounding rounding(network, images);
  for (const traces::Layer& layer : trace.network().layers()) {
    if (!traces::has_weights(layer)) {
      continue;
    }
    const std::string& edge = trace.network().edge(layer.inputs[0]).name;
    const std::optional<traces::CodeView> codes = trace.activation_codes(layer.inputs[0]);
    EXPECT_NEAR(codes->scale(), rounding.scale(edge), 1e-6 * rounding.scale(edge)) << edge;
    std::size_t different = 0;
    std::size_t different_without = 0;
    std::size_t count = 0;
    for (std::size_t image = 0; image < image_count; ++image) {
      const PlainMap expected = network.evaluate(images[image], rounding).at(edge);
      const PlainMap without = network.evaluate(images[image]).at(edge);
      for (std::int64_t position = 0; position < expected.height * expected.width; ++position) {
        for (std::int64_t channel = 0; channel < expected.channels; ++channel) {
          const auto place = static_cast<std::size_t>(channel * expected.height * expected.width + position);
          const std::uint8_t code = codes->item(
              static_cast<std::int64_t>(image))[static_cast<std::size_t>(position * expected.channels + channel)];
          different += std::lround(expected.values[place] / codes->scale()) != code ? 1 : 0;
          different_without += std::lround(without.values[place] / codes->scale()) != code ? 1 : 0;
          ++count;
        }
      }
    }
    // Sums in another order fall to the other side of a half now and then.
    EXPECT_LE(different * 100, count) << edge;
    if (edge == "/sum_relu/Relu") {
      EXPECT_GT(different_without * 5, count) << edge;
    }
  }
}

TEST_F(Capture, IsTheSameEveryTime) {
  const SmallNetwork network(15);
  EXPECT_EQ(run(network, 0.5, false).hash(), run(network, 0.5, false).hash());
}

TEST_F(Capture, CountsTheLabelsThatAreRight) {
  const SmallNetwork network(16);
  network.model().write(folder / "small.onnx");
  const auto top1 = [&](std::size_t image) {
    const std::vector<float> scores = network.evaluate(images[image]).at("/scores/Gemm").values;
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
  };
  const auto wrong = [&](std::size_t image) { return (top1(image) + 1) % network.outputs; };
  std::ofstream(folder / "labelled.lst") << "# name, then classes\n\nimage0.png " << top1(0) << "\nimage1.png "
                                         << wrong(1) << ' ' << top1(1) << "\nimage2.png " << wrong(2) << '\n';
  CaptureOptions options;
  options.model = folder / "small.onnx";
  options.images = folder / "labelled.lst";
  options.preprocessing = parse_preprocessing(exact_pixels);
  options.out = folder / "small.safetensors";
  options.name = "named";
  options.masks_only = true;
  std::FILE* progress = std::tmpfile();
  CaptureSummary summary = capture(options, progress);
  EXPECT_EQ(summary.images, 3U);
  EXPECT_EQ(summary.labelled, 3U);
  EXPECT_EQ(summary.correct, 2U);
  options.most_images = 2;
  summary = capture(options, progress);
  EXPECT_EQ(summary.images, 2U);
  std::fclose(progress);
  const traces::Trace trace = traces::Trace::open(options.out);
  EXPECT_EQ(trace.network().name(), "named");
  EXPECT_EQ(trace.images()[1].label, wrong(1));
}

}  // namespace
}  // namespace millrace::capture
