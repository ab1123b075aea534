// A trained network as Millrace sees it: layers joined by named edges, every shape known.
//
// Shapes are NHWC without the N: height x width x channels, counted in elements. An edge is a tensor; a tensor with
// several consumers is one edge. Element-wise operators (ReLU, batch-norm scale, ...) are listed, in order, in
// `pointwise` of the layer whose output they change, and the edge is what comes after them. They are a layer of their
// own (Pointwise) only where no other layer can carry them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

namespace millrace::traces {

/// What is wrong with a trace or network file: the file, the place in it, and what would be right.
class TraceError : public std::runtime_error {
 public:
  /// One line, whatever the file puts into it.
  explicit TraceError(const std::string& message);
};

/// One feature map, in elements.
struct MapShape {
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t channels = 1;

  std::int64_t elements() const { return height * width * channels; }
  friend bool operator==(const MapShape&, const MapShape&) = default;
};

/// Rows and columns of zeros around a map.
struct Pads {
  std::int64_t top = 0;
  std::int64_t left = 0;
  std::int64_t bottom = 0;
  std::int64_t right = 0;
  friend bool operator==(const Pads&, const Pads&) = default;
};

/// Weights are [filters, kernel_height, kernel_width, channels / groups].
struct Convolution {
  std::int64_t filters = 1;
  std::int64_t kernel_height = 1;
  std::int64_t kernel_width = 1;
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  Pads pads = {};
  friend bool operator==(const Convolution&, const Convolution&) = default;
};

/// Weights are [outputs, 1, 1, H*W*C of its input, channel innermost].
struct FullyConnected {
  std::int64_t outputs = 1;
  friend bool operator==(const FullyConnected&, const FullyConnected&) = default;
};

/// Element-wise sum of two or more equal maps.
struct Add {
  friend bool operator==(const Add&, const Add&) = default;
};

/// Two or more maps of equal height and width, one after the other along the channels, in the order of the inputs.
struct Concat {
  friend bool operator==(const Concat&, const Concat&) = default;
};

/// Where a pool looks: squares of `kernel` x `kernel`. In ceil mode a last window may reach beyond the padding below or
/// to the right, as long as it begins before it: the map is extended there, see walked_pads().
struct PoolWindow {
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  Pads pads = {};
  bool ceil_mode = false;
  friend bool operator==(const PoolWindow&, const PoolWindow&) = default;
};

/// The pads with what ceil mode adds at the bottom and to the right: the last window ends where they end, or before.
Pads walked_pads(const PoolWindow& window, const MapShape& input);

/// Largest value of each window, a channel at a time; padding is ignored.
struct MaxPool {
  PoolWindow window;
  friend bool operator==(const MaxPool&, const MaxPool&) = default;
};

/// Mean of each window, a channel at a time. Padding is zeros that count in the divisor if `count_include_pad`, and is
/// ignored if not; what ceil mode adds never counts.
struct AveragePool {
  PoolWindow window;
  bool count_include_pad = false;
  friend bool operator==(const AveragePool&, const AveragePool&) = default;
};

/// A layer that does nothing but what its `pointwise` lists, one step or more: where no other layer could carry it, as
/// the input of those steps is needed elsewhere too, or is the network's input.
struct Pointwise {
  friend bool operator==(const Pointwise&, const Pointwise&) = default;
};

/// Keeps every `stride`-th row and column, the first included.
struct Subsample {
  std::int64_t stride = 2;
  friend bool operator==(const Subsample&, const Subsample&) = default;
};

/// Puts channels of zeros before and after those of the input.
struct ChannelPad {
  std::int64_t before = 0;
  std::int64_t after = 0;
  friend bool operator==(const ChannelPad&, const ChannelPad&) = default;
};

/// Mean over the whole map, one value a channel.
struct GlobalAveragePool {
  friend bool operator==(const GlobalAveragePool&, const GlobalAveragePool&) = default;
};

using Operator = std::variant<Convolution, FullyConnected, Add, Subsample, ChannelPad, GlobalAveragePool, Concat,
                              MaxPool, AveragePool, Pointwise>;

/// "conv", "fully_connected", "add", "subsample", "channel_pad", "global_average_pool", "concat", "max_pool",
/// "average_pool", "pointwise".
std::string_view operator_name(const Operator& op);

/// Weights of a layer, row-major: filters x kernel_height x kernel_width x channels (of one group).
struct WeightShape {
  std::int64_t filters = 0;
  std::int64_t kernel_height = 0;
  std::int64_t kernel_width = 0;
  std::int64_t channels = 0;

  std::int64_t elements() const { return filters * kernel_height * kernel_width * channels; }
  friend bool operator==(const WeightShape&, const WeightShape&) = default;
};

/// Index into Network::edges().
struct EdgeId {
  std::size_t index = 0;
  friend bool operator==(const EdgeId&, const EdgeId&) = default;
};

/// Index into Network::layers().
struct LayerId {
  std::size_t index = 0;
  friend bool operator==(const LayerId&, const LayerId&) = default;
};

struct Edge {
  std::string name;
  MapShape shape;
};

struct Layer {
  std::string name;
  Operator op;
  std::vector<EdgeId> inputs;
  EdgeId output;
  std::vector<std::string> pointwise;
};

/// Convolutions and fully connected layers have weights, masks and an engine with dot units.
bool has_weights(const Layer& layer);

/// An acyclic network with one input edge and one output edge; layers in an order in which every input is made before
/// it is used. A Network that exists is consistent: names are unique, every edge has one producer, every edge but the
/// output has a consumer, and every shape follows from the input's. No dimension is above 65,536 and no map and no
/// layer's weights have more than 2^31 elements.
class Network {
 public:
  /// Builds a network layer by layer; the only way to make one by hand (capture, tests).
  class Builder {
   public:
    /// The network's input edge.
    Builder(std::string network_name, std::string input_edge, MapShape input_shape);
    /// Appends a layer that reads `inputs` (names of edges that exist) and makes the edge `output`.
    /// Throws TraceError: unknown or repeated names, shapes that do not fit, parameters out of range.
    Builder& add(std::string name, Operator op, const std::vector<std::string>& inputs, std::string output,
                 std::vector<std::string> pointwise = {});
    /// Shape of an edge that exists; throws TraceError for another.
    const MapShape& shape(const std::string& edge) const;
    /// Throws TraceError if an edge other than `output_edge` has no consumer, or `output_edge` has one.
    Network finish(const std::string& output_edge) const;

   private:
    EdgeId add_edge(std::string name, MapShape shape);
    EdgeId find_edge(const std::string& name) const;

    std::string name_;
    std::vector<Edge> edges_;
    std::vector<Layer> layers_;
    std::unordered_map<std::string, EdgeId> edge_ids_;
    std::unordered_set<std::string> layer_names_;
  };

  /// From the object that to_json() writes. Throws TraceError with the JSON pointer of the place that is wrong;
  /// `pointer` is the one of the object itself.
  static Network from_json(const nlohmann::json& object, const std::string& pointer = "");
  nlohmann::json to_json() const;

  const std::string& name() const { return name_; }
  const std::vector<Edge>& edges() const { return edges_; }
  const std::vector<Layer>& layers() const { return layers_; }
  const Edge& edge(EdgeId id) const { return edges_.at(id.index); }
  const Layer& layer(LayerId id) const { return layers_.at(id.index); }
  EdgeId input() const { return EdgeId{0}; }
  EdgeId output() const { return output_; }

  /// Layers that read the edge, in network order; a layer that reads it twice is listed twice.
  std::vector<LayerId> consumers(EdgeId id) const;
  /// All zero for a layer without weights.
  WeightShape weight_shape(const Layer& layer) const;
  /// Multiply-accumulates of one image in a layer with weights, zeros included; 0 for the others.
  std::int64_t dense_macs(const Layer& layer) const;

 private:
  Network() = default;
  std::string name_;
  std::vector<Edge> edges_;
  std::vector<Layer> layers_;
  EdgeId output_;
};

}  // namespace millrace::traces
