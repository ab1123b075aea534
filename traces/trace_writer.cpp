#include "traces/trace_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include "traces/bit_packing.hpp"
#include "traces/in_quotes.hpp"
#include "traces/network_limits.hpp"
#include "traces/partial_file.hpp"
#include "traces/safetensors.hpp"
#include "traces/trace_graph.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {
namespace {

/// Where one layer's weights, or one edge's activations, go: `parts` equal parts (1, or one an image).
struct Slot {
  std::string name;             ///< of the edge or layer, for messages
  std::int64_t channels = 1;    ///< innermost axis
  std::size_t values = 0;       ///< in one part
  std::size_t mask_tensor = 0;  ///< index into tensors
  std::optional<std::size_t> code_tensor;
  CodeFormat format;
  std::vector<bool> is_written;  ///< by part
};

}  // namespace

struct TraceWriter::State {
  State(const std::filesystem::path& target, TraceGraph contents, const CodeFormats& formats)
      : name(target.string()), file(target), graph(std::move(contents)) {
    if (!graph.images.empty()) {
      plan_weights(formats);
      plan_activations(formats);
    }
    check_formats(formats);
    data_begin = longest_header();
  }

  [[noreturn]] void fail(std::string_view what) const { throw TraceError(fmt::format("{}: {}", name, what)); }

  void write(std::map<std::size_t, Slot>& slots, std::size_t index, std::size_t part, std::span<const float> values) {
    const auto found = slots.find(index);
    if (found == slots.end()) {
      fail("values were given for an edge or layer that has no mask");
    }
    Slot& slot = found->second;
    if (part >= slot.is_written.size()) {
      fail(fmt::format("{}: image {} of {} was given", in_quotes(slot.name), part, slot.is_written.size()));
    }
    if (values.size() != slot.values) {
      fail(fmt::format("{}: {} values were given, must be {}", in_quotes(slot.name), values.size(), slot.values));
    }
    check_values(slot, values);
    write_part(slot.mask_tensor, part, slot.is_written.size(), pack_mask(values, slot.channels));
    if (slot.code_tensor) {
      write_part(*slot.code_tensor, part, slot.is_written.size(),
                 pack_codes(values, slot.format.is_signed, slot.format.scale));
    }
    slot.is_written[part] = true;
  }

  void check_complete(const std::map<std::size_t, Slot>& slots, std::string_view what) const {
    for (const auto& [index, slot] : slots) {
      const auto missing = std::find(slot.is_written.begin(), slot.is_written.end(), false);
      if (missing != slot.is_written.end()) {
        fail(fmt::format("{} {} were not written (part {})", what, in_quotes(slot.name),
                         missing - slot.is_written.begin()));
      }
    }
  }

  void write_header() {
    const std::string header = header_of(graph);
    file.write(0, {reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
  }

  std::string name;
  PartialFile file;
  TraceGraph graph;
  std::vector<TensorInfo> tensors;
  std::size_t data_begin = 0;
  std::map<std::size_t, Slot> weight_slots;      ///< by LayerId::index
  std::map<std::size_t, Slot> activation_slots;  ///< by EdgeId::index

 private:
  std::string header_of(const TraceGraph& contents) {
    return lay_out_safetensors(tensors, {{std::string(graph_key), write_trace_graph(contents)}}, data_begin);
  }

  /// The tensors begin where they would with the longest top-1 of every image; so top-1 may come late.
  std::size_t longest_header() {
    TraceGraph longest = graph;
    for (ImageInfo& image : longest.images) {
      image.top1 = largest_class;
    }
    return header_of(longest).size();
  }

  std::size_t add_tensor(std::string tensor, std::string_view dtype, std::vector<std::int64_t> shape) {
    tensors.push_back({std::move(tensor), std::string(dtype), std::move(shape), 0, 0});
    return tensors.size() - 1;
  }

  void add_codes(Slot& slot, const std::map<std::size_t, CodeFormat>& formats, std::size_t index,
                 const std::string& tensor, std::vector<std::int64_t> shape) {
    const auto format = formats.find(index);
    if (format == formats.end()) {
      return;
    }
    slot.format = format->second;
    if (!(std::isfinite(slot.format.scale) && slot.format.scale > 0.0)) {
      fail(fmt::format("{}: scale of the codes is {}, must be above 0", in_quotes(slot.name), slot.format.scale));
    }
    slot.code_tensor = add_tensor(tensor, slot.format.is_signed ? "I8" : "U8", std::move(shape));
    graph.code_scales[tensor] = slot.format.scale;
  }

  void plan_weights(const CodeFormats& formats) {
    for (const LayerId id : weighted_layers(graph.network)) {
      const Layer& layer = graph.network.layer(id);
      const WeightShape shape = graph.network.weight_shape(layer);
      Slot slot{layer.name, shape.channels, static_cast<std::size_t>(shape.elements()), 0, {}, {}, {false}};
      slot.mask_tensor = add_tensor(weight_mask_name(layer), "U8", weight_mask_shape(shape));
      add_codes(slot, formats.weights, id.index, weight_code_name(layer), weight_code_shape(shape));
      weight_slots.emplace(id.index, std::move(slot));
    }
  }

  void plan_activations(const CodeFormats& formats) {
    const std::size_t images = graph.images.size();
    for (const EdgeId id : masked_edges(graph.network)) {
      const Edge& edge = graph.network.edge(id);
      Slot slot{edge.name, edge.shape.channels, static_cast<std::size_t>(edge.shape.elements()), 0, {}, {}, {}};
      slot.is_written.assign(images, false);
      const auto count = static_cast<std::int64_t>(images);
      slot.mask_tensor = add_tensor(activation_mask_name(edge), "U8", activation_mask_shape(count, edge.shape));
      add_codes(slot, formats.activations, id.index, activation_code_name(edge),
                activation_code_shape(count, edge.shape));
      activation_slots.emplace(id.index, std::move(slot));
    }
  }

  void check_formats(const CodeFormats& formats) const {
    for (const auto& [index, format] : formats.weights) {
      if (!weight_slots.contains(index)) {
        fail(fmt::format("codes are asked for layer {}, which has no weights", index));
      }
    }
    for (const auto& [index, format] : formats.activations) {
      if (!activation_slots.contains(index)) {
        fail(fmt::format("codes are asked for edge {}, which no layer with weights reads", index));
      }
    }
  }

  void check_values(const Slot& slot, std::span<const float> values) const {
    const bool takes_negative = !slot.code_tensor || slot.format.is_signed;
    for (const float value : values) {
      if (!std::isfinite(value)) {
        fail(fmt::format("{}: a value is {}; check the model and its preprocessing", in_quotes(slot.name), value));
      }
      if (value < 0.0F && !takes_negative) {
        fail(fmt::format("{}: a value is {}, but its codes are unsigned", in_quotes(slot.name), value));
      }
    }
  }

  void write_part(std::size_t tensor, std::size_t part, std::size_t parts, const std::vector<std::uint8_t>& bytes) {
    const TensorInfo& info = tensors[tensor];
    file.write(data_begin + info.begin + (info.end - info.begin) / parts * part, bytes);
  }
};

TraceWriter::TraceWriter(const std::filesystem::path& file, const Network& network, Provenance provenance,
                         std::vector<ImageInfo> images, const std::optional<CodeFormats>& codes,
                         std::optional<ShardPlace> shard)
    : state_(std::make_unique<State>(file, TraceGraph{network, std::move(provenance), std::move(images), {}, shard},
                                     codes.value_or(CodeFormats{}))) {}

TraceWriter::~TraceWriter() = default;

void TraceWriter::weights(LayerId layer, std::span<const float> values) {
  state_->write(state_->weight_slots, layer.index, 0, values);
}

void TraceWriter::activations(EdgeId edge, std::size_t image, std::span<const float> values) {
  state_->write(state_->activation_slots, edge.index, image, values);
}

void TraceWriter::top1(std::size_t image, std::int64_t class_index) {
  if (image >= state_->graph.images.size() || class_index < 0 || class_index > largest_class) {
    state_->fail(fmt::format("class {} was given for image {}, must be 0 to {} for one of {} images", class_index,
                             image, largest_class, state_->graph.images.size()));
  }
  state_->graph.images[image].top1 = class_index;
}

void TraceWriter::finish() {
  state_->check_complete(state_->weight_slots, "weights of layer");
  state_->check_complete(state_->activation_slots, "activations of edge");
  state_->write_header();
  state_->file.finish();
}

}  // namespace millrace::traces
