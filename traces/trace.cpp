#include "traces/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "traces/crc64.hpp"
#include "traces/in_quotes.hpp"
#include "traces/safetensors.hpp"
#include "traces/tensor_checks.hpp"
#include "traces/trace_graph.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {
struct Trace::Contents {
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

  MaskView view(const TensorInfo& tensor) const {
    return {safetensors.data(tensor), tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]};
  }

  CodeView codes(const TensorInfo& tensor) const {
    return {safetensors.data(tensor), tensor.dtype == "I8", graph.code_scales.at(tensor.name)};
  }

  /// A trace of many images is checked without ever being in memory as a whole.
  CheckedPart release() const {
    return [this](std::span<const std::uint8_t> part) { safetensors.release(part); };
  }

  std::string hash_of_file() const {
    constexpr std::size_t part_bytes = std::size_t{1} << 20;
    Crc64 crc;
    for (std::span<const std::uint8_t> rest = safetensors.bytes(); !rest.empty();) {
      const std::span<const std::uint8_t> part = rest.first(std::min(rest.size(), part_bytes));
      crc.add(part);
      safetensors.release(part);
      rest = rest.subspan(part.size());
    }
    return crc.hex();
  }

  std::filesystem::path file;
  SafetensorsFile safetensors;
  TraceGraph graph;
  std::string hash;
  std::map<std::size_t, const TensorInfo*> activation_masks;  ///< by EdgeId::index
  std::map<std::size_t, const TensorInfo*> activation_codes;
  std::map<std::size_t, const TensorInfo*> weight_masks;  ///< by LayerId::index
  std::map<std::size_t, const TensorInfo*> weight_codes;

 private:
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
      check_spare_bits(*mask, safetensors.data(*mask), channels, release());
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
      check_codes_match_mask(*tensor, safetensors.data(*tensor), safetensors.data(mask), channels, release());
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
    }
  }

  std::unordered_map<std::string, const TensorInfo*> unconnected_;
  std::set<std::string> code_names_;
};

Trace Trace::open(const std::filesystem::path& file) {
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
    contents->hash = contents->hash_of_file();
    return Trace(std::move(contents));
  } catch (const TraceError& error) {
    throw TraceError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

Trace::Trace(std::unique_ptr<Contents> contents) : contents_(std::move(contents)) {}
Trace::Trace(Trace&&) noexcept = default;
Trace& Trace::operator=(Trace&&) noexcept = default;
Trace::~Trace() = default;

const std::filesystem::path& Trace::file() const {
  return contents_->file;
}
const Network& Trace::network() const {
  return contents_->graph.network;
}
const Provenance& Trace::provenance() const {
  return contents_->graph.provenance;
}
const std::vector<ImageInfo>& Trace::images() const {
  return contents_->graph.images;
}
bool Trace::has_masks() const {
  return !contents_->weight_masks.empty() || !contents_->activation_masks.empty();
}
const std::string& Trace::hash() const {
  return contents_->hash;
}

MaskView Trace::activation_mask(EdgeId edge) const {
  const auto found = contents_->activation_masks.find(edge.index);
  if (found == contents_->activation_masks.end()) {
    throw TraceError(fmt::format("{}: has no activation mask for edge {}; capture one", file().string(),
                                 in_quotes(network().edge(edge).name)));
  }
  return contents_->view(*found->second);
}

MaskView Trace::weight_mask(LayerId layer) const {
  const auto found = contents_->weight_masks.find(layer.index);
  if (found == contents_->weight_masks.end()) {
    throw TraceError(fmt::format("{}: has no weight mask for layer {}; capture one", file().string(),
                                 in_quotes(network().layer(layer).name)));
  }
  return contents_->view(*found->second);
}

void Trace::release(std::span<const std::uint8_t> part) const {
  contents_->safetensors.release(part);
}

std::optional<CodeView> Trace::activation_codes(EdgeId edge) const {
  const auto found = contents_->activation_codes.find(edge.index);
  return found == contents_->activation_codes.end() ? std::nullopt : std::optional(contents_->codes(*found->second));
}

std::optional<CodeView> Trace::weight_codes(LayerId layer) const {
  const auto found = contents_->weight_codes.find(layer.index);
  return found == contents_->weight_codes.end() ? std::nullopt : std::optional(contents_->codes(*found->second));
}

}  // namespace millrace::traces
