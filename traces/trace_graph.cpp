#include "traces/trace_graph.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "traces/crc64.hpp"
#include "traces/json_reader.hpp"
#include "traces/network_limits.hpp"
#include "traces/trace_layout.hpp"

namespace millrace::traces {
namespace {

Provenance read_provenance(const JsonReader& place) {
  place.object({"model", "preprocessing", "pruned", "pruned_nm", "bits", "left_out", "threshold_activations",
                "threshold_weights", "weight_hash", "capture_version", "synth"});
  Provenance result;
  const auto read = [&place](std::string_view key, std::string& text) {
    if (const std::optional<JsonReader> found = place.find(key)) {
      text = found->string();
    }
  };
  read("model", result.model);
  read("preprocessing", result.preprocessing);
  read("pruned_nm", result.pruned_nm);
  read("threshold_activations", result.threshold_activations);
  read("threshold_weights", result.threshold_weights);
  read("weight_hash", result.weight_hash);
  read("capture_version", result.capture_version);
  read("synth", result.synth);
  if (!result.weight_hash.empty() && !is_crc64_hex(result.weight_hash)) {
    place.at("weight_hash").fail("must be 16 hex digits");
  }
  if (const std::optional<JsonReader> pruned = place.find("pruned")) {
    result.pruned = pruned->number();
    if (!(*result.pruned >= 0.0 && *result.pruned <= 1.0)) {
      pruned->fail("must be 0 to 1");
    }
  }
  if (const std::optional<JsonReader> bits = place.find("bits")) {
    constexpr std::int64_t most_bits = 64;
    result.bits = bits->integer(1, most_bits);
  }
  if (const std::optional<JsonReader> left_out = place.find("left_out")) {
    result.left_out = left_out->strings();
  }
  return result;
}

std::vector<ImageInfo> read_images(const JsonReader& place) {
  std::vector<ImageInfo> result;
  for (const JsonReader& image : place.elements()) {
    image.object({"name", "label", "top1"});
    ImageInfo info;
    info.name = image.at("name").string();
    if (const std::optional<JsonReader> label = image.find("label")) {
      info.label = label->integer(0, largest_class);
    }
    if (const std::optional<JsonReader> top1 = image.find("top1")) {
      info.top1 = top1->integer(0, largest_class);
    }
    result.push_back(std::move(info));
  }
  return result;
}

std::map<std::string, double> read_code_scales(const JsonReader& place) {
  if (!place.value().is_object()) {
    place.fail("must be an object: tensor name to scale");
  }
  std::map<std::string, double> result;
  for (const auto& item : place.value().items()) {
    const JsonReader scale = place.at(item.key());
    const double value = scale.number();
    if (!(std::isfinite(value) && value > 0.0)) {
      scale.fail("a scale must be above 0");
    }
    result.emplace(item.key(), value);
  }
  return result;
}

ShardPlace read_shard(const JsonReader& place, std::int64_t held) {
  place.object({"number", "count", "first_image", "images"});
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  ShardPlace shard;
  shard.count = place.at("count").integer(1, most);
  shard.number = place.at("number").integer(1, shard.count);
  shard.images = place.at("images").integer(1, most);
  shard.first_image = place.at("first_image").integer(0, shard.images - 1);
  if (held > shard.images - shard.first_image) {
    place.at("first_image")
        .fail(fmt::format("is {} of {} images, but the file holds {}; capture the trace again", shard.first_image,
                          shard.images, held));
  }
  return shard;
}

nlohmann::json provenance_json(const Provenance& provenance) {
  nlohmann::json object = {{"model", provenance.model},
                           {"preprocessing", provenance.preprocessing},
                           {"weight_hash", provenance.weight_hash},
                           {"capture_version", provenance.capture_version}};
  if (provenance.pruned) {
    object["pruned"] = *provenance.pruned;
  }
  if (!provenance.pruned_nm.empty()) {
    object["pruned_nm"] = provenance.pruned_nm;
  }
  if (!provenance.synth.empty()) {
    object["synth"] = provenance.synth;
  }
  if (provenance.bits) {
    object["bits"] = *provenance.bits;
  }
  if (!provenance.threshold_activations.empty()) {
    object["threshold_activations"] = provenance.threshold_activations;
  }
  if (!provenance.threshold_weights.empty()) {
    object["threshold_weights"] = provenance.threshold_weights;
  }
  if (!provenance.left_out.empty()) {
    object["left_out"] = provenance.left_out;
  }
  return object;
}

nlohmann::json image_json(const ImageInfo& image) {
  nlohmann::json object = {{"name", image.name}};
  if (image.label) {
    object["label"] = *image.label;
  }
  if (image.top1) {
    object["top1"] = *image.top1;
  }
  return object;
}

nlohmann::json graph_json(const TraceGraph& graph) {
  nlohmann::json images = nlohmann::json::array();
  for (const ImageInfo& image : graph.images) {
    images.push_back(image_json(image));
  }
  nlohmann::json root = {{"version", graph_version},
                         {"network", graph.network.to_json()},
                         {"images", std::move(images)},
                         {"provenance", provenance_json(graph.provenance)},
                         {"code_scales", graph.code_scales}};
  if (const std::optional<ShardPlace>& shard = graph.shard) {
    root["shard"] = {{"number", shard->number},
                     {"count", shard->count},
                     {"first_image", shard->first_image},
                     {"images", shard->images}};
  }
  return root;
}

}  // namespace

TraceGraph read_trace_graph(const std::string& text) {
  const ParsedJson parsed = parse_json(text);
  const JsonReader root(parsed.value);
  const std::int64_t version = root.at("version").integer();
  if (version != graph_version) {
    root.at("version").fail(
        fmt::format("is {}, this program reads version {}; capture the trace again or use the program that wrote it",
                    version, graph_version));
  }
  root.object({"version", "network", "images", "provenance", "code_scales", "shard"});
  const JsonReader network = root.at("network");
  TraceGraph graph{Network::from_json(network.value(), network.pointer()), {}, {}, {}, {}};
  if (const std::optional<JsonReader> provenance = root.find("provenance")) {
    graph.provenance = read_provenance(*provenance);
  }
  if (const std::optional<JsonReader> images = root.find("images")) {
    graph.images = read_images(*images);
  }
  if (const std::optional<JsonReader> scales = root.find("code_scales")) {
    graph.code_scales = read_code_scales(*scales);
  }
  if (const std::optional<JsonReader> shard = root.find("shard")) {
    graph.shard = read_shard(*shard, std::ssize(graph.images));
  }
  return graph;
}

std::string write_trace_graph(const TraceGraph& graph) {
  // Image names are file names, which may be any bytes.
  return graph_json(graph).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TraceGraph of_whole_trace(TraceGraph graph) {
  graph.images.clear();
  graph.shard.reset();
  return graph;
}

std::optional<std::string> first_difference(const TraceGraph& a, const TraceGraph& b) {
  // Through the text, as a name that was stored is not always the name that was given.
  const nlohmann::json left = nlohmann::json::parse(write_trace_graph(a));
  const nlohmann::json right = nlohmann::json::parse(write_trace_graph(b));
  const nlohmann::json patch = nlohmann::json::diff(left, right);
  return patch.empty() ? std::nullopt : std::optional(patch.at(0).at("path").get<std::string>());
}

}  // namespace millrace::traces
