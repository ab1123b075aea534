#include "traces/trace_file.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "traces/in_quotes.hpp"
#include "traces/safetensors.hpp"
#include "traces/tensor_checks.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {

struct TraceFile::Contents {
  Contents(std::filesystem::path path, SafetensorsFile container, TraceGraph contents)
      : file(std::move(path)), safetensors(std::move(container)), graph(std::move(contents)) {}

  /// Finds the graph's tensors and checks each from end to end.
  void connect() {
    for (const TensorInfo& tensor : safetensors.tensors()) {
      unconnected_.emplace(tensor.name, &tensor);
    }
    const std::vector<LayerId> layers = weighted_layers(graph.network);
    const std::vector<EdgeId> required = masked_edges(graph.network);
    if (!safetensors.tensors().empty()) {
      const std::set<std::size_t> required_edges = indices(required);
      for (const LayerId id : layers) {
        connect_weights(id);
      }
      for (std::size_t i = 0; i < graph.network.edges().size(); ++i) {
        connect_activations({i}, required_edges.contains(i));
      }
    } else if (!graph.images.empty()) {
      throw TraceError("the graph lists images, but the file has no masks; add the masks or remove the images");
    }
    for (const auto& [name, tensor] : unconnected_) {
      throw TraceError(fmt::format("{}: belongs to no edge and no layer with weights; correct its name, or remove it",
                                   "tensor " + in_quotes(name)));
    }
    for (const auto& [name, scale] : graph.code_scales) {
      if (!code_names_.contains(name)) {
        throw TraceError(
            fmt::format("code_scales: there are no codes {}; correct the name, or remove it", in_quotes(name)));
      }
    }
  }

  std::optional<std::span<const std::uint8_t>> find(const std::map<std::size_t, const TensorInfo*>& tensors,
                                                    std::size_t index) const {
    const auto found = tensors.find(index);
    return found == tensors.end() ? std::nullopt : std::optional(safetensors.data(*found->second));
  }

  std::filesystem::path file;
  SafetensorsFile safetensors;
  TraceGraph graph;
  CodeFormats formats;
  std::map<std::size_t, const TensorInfo*> activation_masks;  ///< by EdgeId::index
  std::map<std::size_t, const TensorInfo*> activation_codes;
  std::map<std::size_t, const TensorInfo*> weight_masks;  ///< by LayerId::index
  std::map<std::size_t, const TensorInfo*> weight_codes;

 private:
  CodeFormat format_of(const TensorInfo& codes) const {
    return {codes.dtype == "I8", graph.code_scales.at(codes.name)};
  }

  static std::set<std::size_t> indices(const std::vector<EdgeId>& edges) {
    std::set<std::size_t> result;
    for (const EdgeId edge : edges) {
      result.insert(edge.index);
    }
    return result;
  }

  /// Null if there is no tensor of that name.
  const TensorInfo* take(const std::string& name) {
    const auto found = unconnected_.find(name);
    if (found == unconnected_.end()) {
      return nullptr;
    }
    const TensorInfo* tensor = found->second;
    unconnected_.erase(found);
    return tensor;
  }

  const TensorInfo* take_mask(const std::string& name, const std::vector<std::int64_t>& shape, std::int64_t channels) {
    const TensorInfo* mask = take(name);
    if (mask != nullptr) {
      check_dtype(*mask, {"U8"});
      check_shape(*mask, shape);
      check_spare_bits(*mask, safetensors.data(*mask), channels);
    }
    return mask;
  }

  const TensorInfo* take_codes(const std::string& name, const std::vector<std::int64_t>& shape, const TensorInfo& mask,
                               std::int64_t channels) {
    const TensorInfo* tensor = take(name);
    if (tensor != nullptr) {
      check_dtype(*tensor, {"I8", "U8"});
      check_shape(*tensor, shape);
      if (!graph.code_scales.contains(name)) {
        throw TraceError(fmt::format("code_scales: no scale for {}; add it", in_quotes(name)));
      }
      check_codes_match_mask(*tensor, safetensors.data(*tensor), safetensors.data(mask), channels);
      code_names_.insert(name);
    }
    return tensor;
  }

  void connect_weights(LayerId id) {
    const Layer& layer = graph.network.layer(id);
    const WeightShape shape = graph.network.weight_shape(layer);
    const TensorInfo* mask = take_mask(weight_mask_name(layer), weight_mask_shape(shape), shape.channels);
    if (mask == nullptr) {
      throw TraceError(fmt::format("tensor {} is missing; every layer with weights needs its mask",
                                   in_quotes(weight_mask_name(layer))));
    }
    weight_masks.emplace(id.index, mask);
    if (const TensorInfo* tensor =
            take_codes(weight_code_name(layer), weight_code_shape(shape), *mask, shape.channels)) {
      weight_codes.emplace(id.index, tensor);
      formats.weights.emplace(id.index, format_of(*tensor));
    }
  }

  void connect_activations(EdgeId id, bool is_required) {
    const Edge& edge = graph.network.edge(id);
    const auto images = static_cast<std::int64_t>(graph.images.size());
    if (is_required && images == 0) {
      throw TraceError("the file has masks, but the graph lists no images; list their names");
    }
    const TensorInfo* mask =
        take_mask(activation_mask_name(edge), activation_mask_shape(images, edge.shape), edge.shape.channels);
    if (mask == nullptr) {
      if (is_required) {
        throw TraceError(fmt::format("tensor {} is missing; every edge that a layer with weights reads needs its mask",
                                     in_quotes(activation_mask_name(edge))));
      }
      return;
    }
    activation_masks.emplace(id.index, mask);
    if (const TensorInfo* tensor = take_codes(activation_code_name(edge), activation_code_shape(images, edge.shape),
                                              *mask, edge.shape.channels)) {
      activation_codes.emplace(id.index, tensor);
      formats.activations.emplace(id.index, format_of(*tensor));
    }
  }

  std::unordered_map<std::string, const TensorInfo*> unconnected_;
  std::set<std::string> code_names_;
};

TraceFile TraceFile::open(const std::filesystem::path& file) {
  SafetensorsFile container = SafetensorsFile::open(file);
  try {
    const auto text = container.metadata().find(std::string(graph_key));
    if (text == container.metadata().end()) {
      throw TraceError(
          fmt::format("metadata has no key '{}', so this is no trace; write it with millrace capture or as "
                      "traces/README.md says",
                      graph_key));
    }
    const auto graph_of = [&text] {
      try {
        return read_trace_graph(text->second);
      } catch (const TraceError& error) {
        throw TraceError(fmt::format("metadata '{}': {}", graph_key, error.what()));
      }
    };
    TraceGraph graph = graph_of();
    auto contents = std::make_unique<Contents>(file, std::move(container), std::move(graph));
    contents->connect();
    return TraceFile(std::move(contents));
  } catch (const TraceError& error) {
    throw TraceError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

TraceFile::TraceFile(std::unique_ptr<Contents> contents) : contents_(std::move(contents)) {}
TraceFile::TraceFile(TraceFile&&) noexcept = default;
TraceFile& TraceFile::operator=(TraceFile&&) noexcept = default;
TraceFile::~TraceFile() = default;

const std::filesystem::path& TraceFile::file() const {
  return contents_->file;
}
const TraceGraph& TraceFile::graph() const {
  return contents_->graph;
}
bool TraceFile::has_masks() const {
  return !contents_->weight_masks.empty() || !contents_->activation_masks.empty();
}
std::span<const std::uint8_t> TraceFile::bytes() const {
  return contents_->safetensors.bytes();
}
const CodeFormats& TraceFile::code_formats() const {
  return contents_->formats;
}

std::optional<std::span<const std::uint8_t>> TraceFile::activation_mask(EdgeId edge) const {
  return contents_->find(contents_->activation_masks, edge.index);
}
std::optional<std::span<const std::uint8_t>> TraceFile::weight_mask(LayerId layer) const {
  return contents_->find(contents_->weight_masks, layer.index);
}
std::optional<std::span<const std::uint8_t>> TraceFile::activation_codes(EdgeId edge) const {
  return contents_->find(contents_->activation_codes, edge.index);
}
std::optional<std::span<const std::uint8_t>> TraceFile::weight_codes(LayerId layer) const {
  return contents_->find(contents_->weight_codes, layer.index);
}

}  // namespace millrace::traces
