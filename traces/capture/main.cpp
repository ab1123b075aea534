// millrace-capture: runs a trained model on images and writes which of its values are not zero.
#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "traces/capture/capture.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/capture/guard.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/capture/version.hpp"
#include "traces/partial_file.hpp"

namespace {

namespace po = boost::program_options;
using millrace::capture::CaptureError;
using millrace::capture::CaptureOptions;

constexpr int bad_input = 2;
constexpr int interrupted = 130;

constexpr const char* introduction =
    "Usage: millrace capture MODEL.onnx IMAGES --preprocess PRESET|k=v,... --out TRACE [options]\n\n"
    "Runs a trained model on images and writes a trace: which activations and weights are not zero.\n";

constexpr const char* notes =
    "\nIMAGES is a folder of PNG and JPEG files, or a list: a line an image, a path relative to the\n"
    "list, then the classes that count as right.\n"
    "A value is (pixel * scale - mean) / std. Keys, alone or behind a preset to change it: size=32, scale=1/255,\n"
    "mean=0.5:0.5:0.5, std=1, layout=rgb|bgr|gray, crop=FRACTION|none, resize=auto|area|bilinear|cubic|nearest.\n"
    "crop=0.875 scales the shorter side to size / 0.875 and takes the middle; none stretches.\n\nPresets:\n";

constexpr const char* example =
    "\nExample:\n"
    "  millrace capture resnet20.onnx cifar10.lst --preprocess cifar10 --masks-only --out resnet20.safetensors\n";

po::options_description visible_options() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("help,h", "print this");
  add("version", "print the version");
  add("preprocess", po::value<std::string>()->value_name("PRESET|k=v,..."), "from pixels to the model's input");
  add("out", po::value<std::string>()->value_name("TRACE"), "file to write (.safetensors); a folder with --shards");
  add("images", po::value<std::string>()->value_name("N"), "at most N images, the first ones");
  add("masks-only", "leave out the 8-bit codes of the values");
  add("shards", po::value<long long>()->value_name("N"),
      "write N files into a folder; after an interruption, the same command makes those that are missing");
  add("prune", po::value<double>()->value_name("FRACTION"),
      "set this fraction of each layer's smallest weights to zero first; first, last and depthwise layers are kept");
  add("prune-nm", po::value<std::string>()->value_name("N:M"),
      "keep N of every M weights along the input channels, in the same layers");
  add("bits", po::value<int>()->value_name("8|16"), "run with weights and activations rounded to so many bits");
  add("threshold-activations", po::value<std::vector<std::string>>()->value_name("T|LAYER=T,..."),
      "activations up to T become zero at the inputs of all layers, or of one; may be repeated");
  add("threshold-weights", po::value<std::vector<std::string>>()->value_name("T|LAYER=T,..."),
      "weights below T become zero in all layers, or in one; may be repeated");
  add("label-offset", po::value<long long>()->value_name("N"),
      "add N to the list's classes; 1 for models whose class 0 is the background");
  add("name", po::value<std::string>()->value_name("NAME"), "name of the network; default: the model's file name");
  return options;
}

po::variables_map parse(int argc, char** argv) {
  po::options_description all = visible_options();
  all.add_options()("model", po::value<std::string>())("image-source", po::value<std::string>());
  po::positional_options_description positional;
  positional.add("model", 1).add("image-source", 1);
  po::variables_map values;
  // Without guessing: a typing error must not become another option.
  constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  po::store(po::command_line_parser(argc, argv).options(all).positional(positional).style(style).run(), values);
  return values;
}

std::string required(const po::variables_map& values, const std::string& name, const std::string& shown) {
  if (values.count(name) == 0) {
    throw CaptureError(fmt::format("{} is missing; see millrace-capture --help", shown));
  }
  return values[name].as<std::string>();
}

std::size_t count_of(const std::string& option, long long value, long long most) {
  if (value < 1 || value > most) {
    throw CaptureError(fmt::format("--{} is {}, must be 1 to {}", option, value, most));
  }
  return static_cast<std::size_t>(value);
}

/// In other programs, and once in this one, --images names the folder.
std::size_t most_images(const std::string& text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw CaptureError(
        fmt::format("--images {}: is how many images to take; the folder or list of images stands behind the model: "
                    "millrace capture MODEL.onnx {} --preprocess ... --out ...",
                    text, text));
  }
  return count_of("images", value, std::numeric_limits<std::int32_t>::max());
}

void set_pruning(const po::variables_map& values, CaptureOptions& options) {
  if (values.count("prune") != 0) {
    options.prune = values["prune"].as<double>();
    if (!(*options.prune >= 0.0 && *options.prune <= 1.0)) {
      throw CaptureError(fmt::format("--prune is {}, must be 0 to 1", *options.prune));
    }
  }
  if (values.count("prune-nm") != 0) {
    options.prune_nm = millrace::capture::parse_group_pruning(values["prune-nm"].as<std::string>());
  }
}

void set_bits(const po::variables_map& values, CaptureOptions& options) {
  if (values.count("bits") != 0) {
    options.bits = values["bits"].as<int>();
    constexpr int few = 8;
    constexpr int many = 16;
    if (*options.bits != few && *options.bits != many) {
      throw CaptureError(fmt::format("--bits is {}, must be {} or {}", *options.bits, few, many));
    }
  }
}

millrace::capture::Thresholds thresholds(const po::variables_map& values, const std::string& option) {
  return millrace::capture::parse_thresholds("--" + option, values.count(option) == 0
                                                                ? std::vector<std::string>{}
                                                                : values[option].as<std::vector<std::string>>());
}

void set_images(const po::variables_map& values, CaptureOptions& options) {
  // First, as the folder is missing behind the model where it stands behind --images.
  if (values.count("images") != 0) {
    options.most_images = most_images(values["images"].as<std::string>());
  }
  options.images = required(values, "image-source", "IMAGES, a folder or a list of images behind the model,");
  if (values.count("label-offset") != 0) {
    options.label_offset = values["label-offset"].as<long long>();
    constexpr long long most = 1000;
    if (options.label_offset < 0 || options.label_offset > most) {
      throw CaptureError(fmt::format("--label-offset is {}, must be 0 to {}", options.label_offset, most));
    }
  }
}

CaptureOptions to_options(const po::variables_map& values) {
  CaptureOptions options;
  options.model = required(values, "model", "MODEL.onnx");
  set_images(values, options);
  options.preprocessing = millrace::capture::parse_preprocessing(required(values, "preprocess", "--preprocess"));
  options.out = required(values, "out", "--out");
  options.masks_only = values.count("masks-only") != 0;
  if (values.count("name") != 0) {
    options.name = values["name"].as<std::string>();
  }
  set_pruning(values, options);
  set_bits(values, options);
  options.activation_thresholds = thresholds(values, "threshold-activations");
  options.weight_thresholds = thresholds(values, "threshold-weights");
  if (values.count("shards") != 0) {
    constexpr long long most = 9999;
    options.shards = count_of("shards", values["shards"].as<long long>(), most);
  }
  return options;
}

void report(const CaptureOptions& options, const millrace::capture::CaptureSummary& summary) {
  fmt::print("{}: {} images", options.out.string(), summary.images);
  if (options.shards) {
    fmt::print(" in {} files, {} of them made before", summary.files, summary.files_before);
  }
  fmt::print("\n");
  if (summary.labelled > 0) {
    fmt::print("top-1: {} of {} ({:.1f} %)\n", summary.correct, summary.labelled,
               100.0 * static_cast<double>(summary.correct) / static_cast<double>(summary.labelled));
  }
  for (const std::string& node : summary.left_out) {
    fmt::print("left out: {}; it changes no top-1 and is not part of the network\n", node);
  }
}

/// Errors are one line.
void complain(const std::exception& error) {
  fmt::print(stderr, "millrace-capture: error: {}\n", error.what());
}

int run_capture(const CaptureOptions& options) {
  try {
    millrace::capture::catch_interrupts();
    report(options, millrace::capture::capture(options, stderr));
    return 0;
  } catch (const millrace::capture::Interrupted& interruption) {
    fmt::print(stderr, "millrace-capture: {}\n", interruption.what());
    return interrupted;
  } catch (const std::exception& error) {
    complain(error);
    return bad_input;
  }
}

/// Where partial files are.
std::filesystem::path written_folder(const CaptureOptions& options) {
  if (options.shards) {
    return options.out;
  }
  const std::filesystem::path file = millrace::traces::file_to_write(options.out);
  return file.has_parent_path() ? file.parent_path() : ".";
}

int run(int argc, char** argv) {
  const po::variables_map values = parse(argc, argv);
  if (values.count("help") != 0) {
    std::cout << introduction << '\n' << visible_options() << notes << millrace::capture::describe_presets() << example;
    return 0;
  }
  if (values.count("version") != 0) {
    std::cout << "millrace-capture " << millrace::capture::version << '\n';
    return 0;
  }
  const CaptureOptions options = to_options(values);
  return millrace::capture::run_guarded([&options] { return run_capture(options); }, written_folder(options));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    complain(error);
    return bad_input;
  }
}
