#include "traces/capture/capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "traces/capture/capture_error.hpp"
#include "traces/capture/graph_import.hpp"
#include "traces/capture/image_list.hpp"
#include "traces/capture/inference.hpp"
#include "traces/capture/interrupt.hpp"
#include "traces/capture/normalise/normalise.hpp"
#include "traces/capture/onnx_model.hpp"
#include "traces/capture/progress.hpp"
#include "traces/capture/prune.hpp"
#include "traces/capture/quantise.hpp"
#include "traces/capture/shards.hpp"
#include "traces/capture/value_range.hpp"
#include "traces/capture/version.hpp"
#include "traces/capture/weights.hpp"
#include "traces/partial_file.hpp"
#include "traces/trace_layout.hpp"
#include "traces/trace_writer.hpp"

namespace millrace::capture {
namespace {

using Ranges = std::map<std::size_t, ValueRange>;
using Formats = std::map<std::size_t, traces::CodeFormat>;

constexpr int code_bits = 8;

Formats formats_of(const Ranges& ranges, int bits) {
  Formats formats;
  for (const auto& [index, range] : ranges) {
    formats.emplace(index, range.code_format(bits));
  }
  return formats;
}

Formats weight_formats(const ImportedGraph& graph) {
  Ranges ranges;
  for (const auto& [layer, source] : graph.weights) {
    ranges[layer].add(layer_weights(graph, {layer}));
  }
  return formats_of(ranges, code_bits);
}

std::vector<traces::ImageInfo> image_infos(std::span<const ListedImage> images) {
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

void silence_opencv() {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  // More threads change the last bits of values, and so the codes.
  cv::setNumThreads(1);
}

struct Model {
  ImportedGraph graph;
  std::vector<std::string> left_out;
};

/// With the weights that it will run with.
Model read_model(const CaptureOptions& options) {
  onnx::ModelProto onnx = load_model(options.model);
  std::vector<std::string> left_out = normalise(*onnx.mutable_graph());
  Model model{import_graph(onnx.graph(), options.name.empty() ? options.model.stem().string() : options.name),
              std::move(left_out)};
  if (model.graph.weights.empty()) {
    throw CaptureError(fmt::format(
        "{}: has no convolution and no fully connected layer, so there is nothing to trace; name another model",
        options.model.string()));
  }
  if (options.prune) {
    prune(model.graph, *options.prune);
  }
  if (options.prune_nm) {
    prune(model.graph, *options.prune_nm);
  }
  if (options.bits) {
    quantise_weights(model.graph, *options.bits);
  }
  clip_weights(model.graph, options.weight_thresholds);
  return model;
}

/// Edges whose values a capture changes on the way to their readers: when rounding, all but the output.
std::vector<traces::EdgeId> changed_edges(const CaptureOptions& options, const traces::Network& network,
                                          const std::map<std::size_t, float>& thresholds) {
  std::vector<traces::EdgeId> result;
  for (std::size_t edge = 0; edge < network.edges().size(); ++edge) {
    if (thresholds.contains(edge) || (options.bits && edge != network.output().index)) {
      result.push_back({edge});
    }
  }
  return result;
}

/// Images of one model, run and written file by file.
class Run {
 public:
  Run(const CaptureOptions& options, Model model, std::FILE* progress)
      : options_(options),
        graph_(std::move(model.graph)),
        images_(list_images(options.images, options.most_images, options.label_offset)),
        preprocessor_(options.preprocessing, graph_.network.edge(graph_.network.input()).shape),
        thresholds_(of_edges(options.activation_thresholds, graph_.network)),
        changed_(changed_edges(options, graph_.network, thresholds_)),
        inference_(graph_, changed_),
        progress_(progress) {
    if (has_classes()) {
      check_labels(images_, graph_.network.edge(graph_.network.output()).shape.channels, options.label_offset);
    }
    provenance_ = {options.model.filename().string(), to_string(preprocessor_.preprocessing()), options.prune,
                   weight_hash(graph_), std::string(version)};
    provenance_.pruned_nm = options.prune_nm ? to_string(*options.prune_nm) : "";
    provenance_.bits = options.bits;
    provenance_.left_out = model.left_out;
    provenance_.threshold_activations = to_string(options.activation_thresholds);
    provenance_.threshold_weights = to_string(options.weight_thresholds);
    summary_.images = images_.size();
    summary_.left_out = std::move(model.left_out);
    // Later layers see clipped values from the first pass on, and rounded ones as soon as their range is known.
    for (const auto& [edge, threshold] : thresholds_) {
      inference_.change({edge}, {std::nullopt, threshold});
    }
  }

  CaptureSummary to_one_file() {
    const PlannedFile file{options_.out, 0, images_.size(), std::nullopt};
    if (options_.bits || !options_.masks_only) {
      measure();
    }
    set_formats();
    Progress progress(progress_, "capture", images_.size());
    write(file, progress);
    summary_.files = 1;
    return std::move(summary_);
  }

  CaptureSummary to_shards(std::size_t count) {
    const std::vector<PlannedFile> files = plan_shards(options_.out, count, images_.size());
    check_folder(options_.out, files);
    const OutputFolder folder(options_.out);
    std::vector<PlannedFile> missing;
    std::map<std::filesystem::path, traces::CodeFormats> finished;
    for (const PlannedFile& planned : files) {
      const traces::TraceGraph expected{graph_.network, provenance_, infos_of(planned), {}, planned.place};
      if (const std::optional<FinishedFile> file = find_finished(planned, expected)) {
        count_finished(planned, *file);
        finished.emplace(planned.file, file->formats);
      } else {
        missing.push_back(planned);
      }
    }
    if (!missing.empty()) {
      traces::check_can_write(missing.front().file);
    }
    summary_.files = files.size();
    summary_.files_before = finished.size();
    try {
      write_missing(missing, finished);
    } catch (const Interrupted&) {
      throw Interrupted(fmt::format("interrupted; {} of {} shards are complete; the same command makes the others",
                                    files.size() - missing.size() + written_, files.size()));
    }
    return std::move(summary_);
  }

 private:
  bool has_classes() const {
    const traces::MapShape& output = graph_.network.edge(graph_.network.output()).shape;
    return output.height == 1 && output.width == 1;
  }

  std::span<const ListedImage> images_of(const PlannedFile& file) const {
    return std::span(images_).subspan(file.first_image, file.images);
  }
  std::vector<traces::ImageInfo> infos_of(const PlannedFile& file) const { return image_infos(images_of(file)); }

  void write_missing(const std::vector<PlannedFile>& missing,
                     const std::map<std::filesystem::path, traces::CodeFormats>& finished) {
    if (!finished.empty()) {
      activation_formats_ = finished.begin()->second.activations;
    }
    // Rounding asks for the ranges of more edges than have codes.
    if (!missing.empty() && (options_.bits || (!options_.masks_only && finished.empty()))) {
      measure();
    }
    set_formats();
    for (const auto& [file, formats] : finished) {
      if (formats != formats_.value_or(traces::CodeFormats{})) {
        throw CaptureError(
            fmt::format("{}: its codes have other types or scales than this capture's; write to another folder, or "
                        "remove this one",
                        file.string()));
      }
    }
    if (missing.empty()) {
      return;
    }
    std::size_t left = 0;
    for (const PlannedFile& file : missing) {
      left += file.images;
    }
    Progress progress(progress_, "capture", images_.size(), images_.size() - left);
    for (const PlannedFile& file : missing) {
      write(file, progress);
      ++written_;
    }
  }

  void count_finished(const PlannedFile& planned, const FinishedFile& file) {
    for (std::size_t i = 0; i < file.images.size(); ++i) {
      if (const std::optional<std::int64_t> top1 = file.images[i].top1) {
        count(images_[planned.first_image + i], *top1);
      }
    }
  }

  void count(const ListedImage& image, std::int64_t top1) {
    const std::vector<std::int64_t>& labels = image.labels;
    summary_.labelled += labels.empty() ? 0 : 1;
    summary_.correct += std::find(labels.begin(), labels.end(), top1) != labels.end() ? 1 : 0;
  }

  void run(const ListedImage& image) {
    check_interrupted();
    inference_.run(preprocessor_.load(image.file));
  }

  /// One scale holds for a whole trace, so all images are run once before the first is written: memory does not grow
  /// with their number. From then on values are rounded, if they are to be.
  void measure() {
    Ranges ranges = activation_ranges();
    if (options_.bits) {
      keep_scales(graph_.network, ranges);
      const Formats rounding = formats_of(ranges, *options_.bits);
      for (const traces::EdgeId edge : changed_) {
        const auto threshold = thresholds_.find(edge.index);
        inference_.change(edge, {Rounding{rounding.at(edge.index), *options_.bits},
                                 threshold == thresholds_.end() ? 0.0F : threshold->second});
      }
    }
    activation_formats_.clear();
    for (const traces::EdgeId edge : traces::masked_edges(graph_.network)) {
      activation_formats_.emplace(edge.index, ranges.at(edge.index).code_format(code_bits));
    }
  }

  void set_formats() {
    if (!options_.masks_only) {
      formats_ = {activation_formats_, weight_formats(graph_)};
    }
  }

  Ranges activation_ranges() {
    std::set<std::size_t> edges;
    for (const std::vector<traces::EdgeId>& some : {changed_, traces::masked_edges(graph_.network)}) {
      for (const traces::EdgeId edge : some) {
        edges.insert(edge.index);
      }
    }
    Ranges ranges;
    Progress progress(progress_, "ranges", images_.size());
    for (const ListedImage& image : images_) {
      run(image);
      for (const std::size_t edge : edges) {
        ranges[edge].add(inference_.unchanged_values({edge}));
      }
      progress.step();
    }
    return ranges;
  }

  void write(const PlannedFile& file, Progress& progress) {
    traces::TraceWriter writer(file.file, graph_.network, provenance_, infos_of(file), formats_, file.place);
    for (const auto& [layer, source] : graph_.weights) {
      writer.weights({layer}, layer_weights(graph_, {layer}));
    }
    const std::span<const ListedImage> images = images_of(file);
    for (std::size_t i = 0; i < images.size(); ++i) {
      run(images[i]);
      for (const traces::EdgeId edge : traces::masked_edges(graph_.network)) {
        writer.activations(edge, i, inference_.values(edge));
      }
      if (has_classes()) {
        const std::int64_t top1 = index_of_largest(inference_.values(graph_.network.output()));
        writer.top1(i, top1);
        count(images[i], top1);
      }
      progress.step();
    }
    writer.finish();
  }

  const CaptureOptions& options_;
  ImportedGraph graph_;
  std::vector<ListedImage> images_;
  Preprocessor preprocessor_;
  std::map<std::size_t, float> thresholds_;  ///< by EdgeId::index
  std::vector<traces::EdgeId> changed_;
  Inference inference_;
  std::FILE* progress_;
  traces::Provenance provenance_;
  Formats activation_formats_;                  ///< of codes, by EdgeId::index
  std::optional<traces::CodeFormats> formats_;  ///< nothing: masks only
  CaptureSummary summary_;
  std::size_t written_ = 0;
};

}  // namespace

CaptureSummary capture(const CaptureOptions& options, std::FILE* progress) {
  silence_opencv();
  if (!options.shards) {
    traces::check_can_write(options.out);
  }
  Run run(options, read_model(options), progress);
  return options.shards ? run.to_shards(*options.shards) : run.to_one_file();
}

}  // namespace millrace::capture
