#include "traces/trace_graph.hpp"

#include <fmt/format.h>

#include <cmath>
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
  place.object(
      {"model", "preprocessing", "pruned", "pruned_nm", "bits", "left_out", "weight_hash", "capture_version", "synth"});
  Provenance result;
  const auto read = [&place](std::string_view key, std::string& text) {
    if (const std::optional<JsonReader> found = place.find(key)) {
      text = found->string();
    }
  };
  read("model", result.model);
  read("preprocessing", result.preprocessing);
  read("pruned_nm", result.pruned_nm);
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
  root.object({"version", "network", "images", "provenance", "code_scales"});
  const JsonReader network = root.at("network");
  TraceGraph graph{Network::from_json(network.value(), network.pointer()), {}, {}, {}};
  if (const std::optional<JsonReader> provenance = root.find("provenance")) {
    graph.provenance = read_provenance(*provenance);
  }
  if (const std::optional<JsonReader> images = root.find("images")) {
    graph.images = read_images(*images);
  }
  if (const std::optional<JsonReader> scales = root.find("code_scales")) {
    graph.code_scales = read_code_scales(*scales);
  }
  return graph;
}

std::string write_trace_graph(const TraceGraph& graph) {
  nlohmann::json images = nlohmann::json::array();
  for (const ImageInfo& image : graph.images) {
    images.push_back(image_json(image));
  }
  const nlohmann::json root = {{"version", graph_version},
                               {"network", graph.network.to_json()},
                               {"images", std::move(images)},
                               {"provenance", provenance_json(graph.provenance)},
                               {"code_scales", graph.code_scales}};
  // Image names are file names, which may be any bytes.
  return root.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace millrace::traces
