#include "traces/capture/capture.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <utility>
#include <vector>

#include "traces/capture/graph_import.hpp"
#include "traces/capture/image_list.hpp"
#include "traces/capture/inference.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/capture/normalise/normalise.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/progress.hpp"
#include "traces/capture/prune.hpp"
#include "traces/capture/quantise.hpp"
#include "traces/capture/value_range.hpp"
#include "traces/capture/version.hpp"
#include "traces/capture/weights.hpp"
#include "traces/trace_layout.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::capture {
namespace {

/// Runs every image through the model, more than once if need be.
class Pass {
 public:
  Pass(const Preprocessor& preprocessor, Inference& inference, const std::vector<ListedImage>& images,
       std::FILE* progress)
      : preprocessor_(preprocessor), inference_(inference), images_(images), progress_(progress) {}

  /// Calls `visit(image index)` after each image; the values are then in the Inference.
  template <class Visit>
  void run(const std::string& task, Visit visit) const {
    Progress progress(progress_, task, images_.size());
    for (std::size_t image = 0; image < images_.size(); ++image) {
      check_interrupted();
      inference_.run(preprocessor_.load(images_[image].file));
      visit(image);
      progress.step();
    }
  }

 private:
  const Preprocessor& preprocessor_;
  Inference& inference_;
  const std::vector<ListedImage>& images_;
  std::FILE* progress_;
};

using Ranges = std::map<std::size_t, ValueRange>;

/// One scale holds for a whole trace, so all images are run once before the first is written: memory does not grow with
/// their number.
Ranges activation_ranges(const ImportedGraph& graph, const Pass& pass, const Inference& inference) {
  Ranges ranges;
  pass.run("ranges", [&](std::size_t) {
    for (const traces::EdgeId edge : traces::masked_edges(graph.network)) {
      ranges[edge.index].add(inference.values(edge));
    }
  });
  return ranges;
}

std::map<std::size_t, traces::CodeFormat> formats_of(const Ranges& ranges, int bits) {
  std::map<std::size_t, traces::CodeFormat> formats;
  for (const auto& [index, range] : ranges) {
    formats.emplace(index, range.code_format(bits));
  }
  return formats;
}

Ranges weight_ranges(const ImportedGraph& graph) {
  Ranges ranges;
  for (const auto& [layer, source] : graph.weights) {
    ranges[layer].add(layer_weights(graph, {layer}));
  }
  return ranges;
}

std::vector<traces::ImageInfo> image_infos(const std::vector<ListedImage>& images) {
  std::vector<traces::ImageInfo> result;
  for (const ListedImage& image : images) {
    traces::ImageInfo info{image.name, {}, {}};
    if (!image.labels.empty()) {
      info.label = image.labels.front();
    }
    result.push_back(std::move(info));
  }
  return result;
}

std::int64_t index_of_largest(const std::vector<float>& values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

void change_weights(ImportedGraph& graph, const CaptureOptions& options) {
  if (options.prune) {
    prune(graph, *options.prune);
  }
  if (options.prune_nm) {
    prune(graph, *options.prune_nm);
  }
  if (options.bits) {
    quantise_weights(graph, *options.bits);
  }
}

void silence_opencv() {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  // More threads change the last bits of values, and so the codes.
  cv::setNumThreads(1);
}

}  // namespace

CaptureSummary capture(const CaptureOptions& options, std::FILE* progress) {
  silence_opencv();
  onnx::ModelProto model = load_model(options.model);
  std::vector<std::string> left_out = normalise(*model.mutable_graph());
  ImportedGraph graph =
      import_graph(model.graph(), options.name.empty() ? options.model.stem().string() : options.name);
  change_weights(graph, options);
  const std::vector<ListedImage> images = list_images(options.images, options.limit, options.label_offset);
  const Preprocessor preprocessor(options.preprocessing, graph.network.edge(graph.network.input()).shape);
  Inference inference(graph);
  const Pass pass(preprocessor, inference, images, progress);

  Ranges ranges;
  if (!options.masks_only || options.bits) {
    ranges = activation_ranges(graph, pass, inference);
  }
  std::optional<traces::CodeFormats> formats;
  if (!options.masks_only) {
    constexpr int code_bits = 8;
    formats = traces::CodeFormats{formats_of(ranges, code_bits), formats_of(weight_ranges(graph), code_bits)};
  }
  const std::map<std::size_t, traces::CodeFormat> rounding =
      formats_of(options.bits ? ranges : Ranges{}, options.bits.value_or(0));
  traces::Provenance provenance{options.model.filename().string(), to_string(preprocessor.preprocessing()),
                                options.prune, weight_hash(graph), std::string(version)};
  provenance.pruned_nm = options.prune_nm ? to_string(*options.prune_nm) : "";
  provenance.bits = options.bits;
  provenance.left_out = left_out;
  traces::TraceWriter writer(options.out, graph.network, provenance, image_infos(images), formats);
  for (const auto& [layer, source] : graph.weights) {
    writer.weights({layer}, layer_weights(graph, {layer}));
  }

  CaptureSummary summary{images.size(), 0, 0, std::move(left_out)};
  const traces::EdgeId output = graph.network.output();
  const traces::MapShape& output_shape = graph.network.edge(output).shape;
  const bool has_classes = output_shape.height == 1 && output_shape.width == 1;
  pass.run("capture", [&](std::size_t image) {
    for (const traces::EdgeId edge : traces::masked_edges(graph.network)) {
      std::vector<float> values = inference.values(edge);
      if (options.bits) {
        quantise(values, rounding.at(edge.index), *options.bits);
      }
      writer.activations(edge, image, values);
    }
    if (has_classes) {
      const std::int64_t top1 = index_of_largest(inference.values(output));
      const std::vector<std::int64_t>& labels = images[image].labels;
      writer.top1(image, top1);
      summary.labelled += labels.empty() ? 0 : 1;
      summary.correct += std::find(labels.begin(), labels.end(), top1) != labels.end() ? 1 : 0;
    }
  });
  writer.finish();
  return summary;
}

}  // namespace millrace::capture
