#include "tests/oracle/random_netlist.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "tests/oracle/random.hpp"

namespace millrace::oracle {
namespace {

// These keep a run of the cycle loop in the range of a millisecond.
constexpr std::uint32_t kMaxPixels = 130;  // of all images
constexpr std::uint32_t kMaxWords = 300;   // of all images
constexpr std::uint32_t kMaxUnits = 12;
constexpr std::uint32_t kMaxChannels = 12;

std::vector<std::uint32_t> divisors(std::uint32_t n) {
  std::vector<std::uint32_t> result;
  for (std::uint32_t d = 1; d <= n; ++d) {
    if (n % d == 0) {
      result.push_back(d);
    }
  }
  return result;
}

// ceil(log2 n)
std::uint32_t levels(std::uint32_t n) {
  return static_cast<std::uint32_t>(std::bit_width(n - 1));
}

// The open end of a netlist under construction: a stream that nothing reads yet, and what flows in it.
struct Tip {
  StreamIndex stream = 0;
  Shape shape;
};

// At most one random number is drawn among the arguments of a call: their order is the compiler's choice.
class Builder {
 public:
  explicit Builder(std::uint64_t seed) : random_(seed) {}

  Netlist build() {
    start();
    Tip tip = open();
    for (std::uint32_t steps = random_.between(1, 5); steps > 0; --steps) {
      tip = any_step(tip);
    }
    close(tip);
    if (random_.chance(50)) {
      random_.shuffle(netlist_.modules);
    }
    return std::move(netlist_);
  }

 private:
  void start() {
    netlist_.images = random_.between(1, 3);
    netlist_.memory = {random_.between(1, 16), random_.between(0, 30), random_.between(1, 64)};
    deepest_ = random_.pick<std::uint32_t>({2, 3, 16});
    deep_skips_ = random_.pick<std::uint32_t>({0, 50, 100});
  }

  StreamIndex stream(std::uint32_t latency = 1) {
    netlist_.streams.push_back({random_.between(1, deepest_), latency});
    return netlist_.streams.size() - 1;
  }

  template <class Spec>
  void add(Spec spec) {
    netlist_.modules.emplace_back(std::move(spec));
  }

  [[nodiscard]] std::uint32_t total_words(const Shape& shape) const { return netlist_.images * shape.words(); }

  // Lanes for a map such that there are not too many words.
  std::uint32_t lanes_for(Shape shape) {
    std::vector<std::uint32_t> choices = divisors(shape.channels);
    const auto too_many = [&](std::uint32_t lanes) {
      shape.lanes = lanes;
      return lanes != shape.channels && total_words(shape) > kMaxWords;
    };
    choices.erase(std::remove_if(choices.begin(), choices.end(), too_many), choices.end());
    return random_.pick(choices);
  }

  std::vector<std::uint32_t> service_times(std::size_t count) {
    std::vector<std::uint32_t> times(count, 1);
    switch (random_.below(6)) {
      case 0:  // constant 1
        break;
      case 1:  // constant
        std::fill(times.begin(), times.end(), random_.between(2, 6));
        break;
      case 2:
      case 3: {  // uniform
        const std::uint32_t most = random_.between(2, 9);
        std::generate(times.begin(), times.end(), [&] { return random_.between(1, most); });
        break;
      }
      case 4: {  // bursts of ones between bursts of slow words
        const std::uint32_t slow = random_.between(4, 20);
        std::uint32_t left = 0;
        std::uint32_t time = slow;
        for (std::uint32_t& entry : times) {
          if (left == 0) {
            left = random_.between(1, 12);
            time = time == 1 ? slow : 1;
          }
          --left;
          entry = time;
        }
        break;
      }
      default:  // heavy tail: every doubling half as often
        for (std::uint32_t& entry : times) {
          while (entry < 128 && random_.chance(50)) {
            entry *= 2;
          }
        }
        break;
    }
    return times;
  }

  Tip open() {
    Shape shape{random_.between(1, 9), random_.between(1, 9), random_.between(1, kMaxChannels), 1};
    while (netlist_.images * shape.pixels() > kMaxPixels) {
      --(shape.height > shape.width ? shape.height : shape.width);
    }
    shape.lanes = lanes_for(shape);
    const Tip tip{stream(), shape};
    if (random_.chance(30)) {
      add(DmaReaderSpec{stream(), tip.stream, random_.between(1, 16), shape.words()});
    } else {
      add(SourceSpec{tip.stream, service_times(total_words(shape))});
    }
    return tip;
  }

  void close(const Tip& tip) {
    if (!has_writer_ && random_.chance(30)) {
      has_writer_ = true;
      add(DmaWriterSpec{tip.stream, stream(), random_.between(1, 16), tip.shape.words()});
    } else {
      add(SinkSpec{tip.stream, service_times(total_words(tip.shape))});
    }
  }

  Tip any_step(const Tip& tip) {
    switch (random_.below(21)) {
      case 0:
        return rebundle(tip, lanes_for(tip.shape));
      case 1:
        return subsample(tip, random_.between(1, 3));
      case 2:
        return any_channel_pad(tip);
      case 3:
        return any_window(tip);
      case 4:
        return global_pool(tip);
      case 5:
        return side_branch(tip);
      case 6:
        return fully_connected(tip);
      case 7:
        return depthwise(tip);
      case 8:
        return grouped(tip);
      case 9:
      case 10:
      case 11:
        return any_convolution(tip);
      case 12:
        return pool(tip);
      case 13:
        return pointwise(tip);
      case 14:
      case 15:
      case 16:
        return concat_block(tip);
      default:
        return block(tip, random_.pick<std::uint32_t>({1, 1, 2}), 0);
    }
  }

  // ---- plain steps

  // Into another number of lanes; without a module if they are the same.
  Tip rebundle(const Tip& tip, std::uint32_t lanes) {
    if (lanes == tip.shape.lanes) {
      return tip;
    }
    Tip next{stream(), tip.shape};
    next.shape.lanes = lanes;
    add(RebundleSpec{tip.stream, next.stream, tip.shape, lanes});
    return next;
  }

  Tip subsample(const Tip& tip, std::uint32_t stride) {
    Tip next{stream(), tip.shape};
    next.shape.height = (tip.shape.height - 1) / stride + 1;
    next.shape.width = (tip.shape.width - 1) / stride + 1;
    add(SubsampleSpec{tip.stream, next.stream, tip.shape, stride});
    return next;
  }

  Tip channel_pad(const Tip& tip, std::uint32_t before, std::uint32_t after) {
    Tip next{stream(), tip.shape};
    next.shape.channels += before + after;
    add(ChannelPadSpec{tip.stream, next.stream, tip.shape, before, after});
    return next;
  }

  Tip any_channel_pad(const Tip& tip) {
    const std::uint32_t room = tip.shape.channels < kMaxChannels ? kMaxChannels - tip.shape.channels : 0;
    const std::uint32_t beats = random_.below(room / tip.shape.lanes + 1);
    const std::uint32_t before = random_.below(beats + 1);
    Shape padded = tip.shape;
    padded.channels += beats * tip.shape.lanes;
    if (beats == 0 || total_words(padded) > kMaxWords) {
      return tip;
    }
    return channel_pad(tip, before * tip.shape.lanes, (beats - before) * tip.shape.lanes);
  }

  Tip global_pool(const Tip& tip) {
    Tip next{stream(), tip.shape};
    next.shape.height = 1;
    next.shape.width = 1;
    add(GlobalPoolSpec{tip.stream, next.stream, tip.shape});
    return next;
  }

  Tip pointwise(const Tip& tip) {
    const Tip next{stream(), tip.shape};
    add(PointwiseSpec{tip.stream, next.stream, tip.shape.words()});
    return next;
  }

  // Copies go to a sink of their own, too.
  Tip side_branch(const Tip& tip) {
    const std::vector<Tip> copies = fork(tip, 2);
    Tip side = copies[1];
    if (random_.chance(50)) {
      side = any_convolution(side);
    }
    close(side);
    return copies[0];
  }

  std::vector<Tip> fork(const Tip& tip, std::uint32_t copies) {
    std::vector<Tip> tips;
    ForkSpec spec{tip.stream, {}, tip.shape.words()};
    for (std::uint32_t i = 0; i < copies; ++i) {
      tips.push_back({stream(), tip.shape});
      spec.outs.push_back(tips.back().stream);
    }
    add(spec);
    return tips;
  }

  // ---- engines

  Tip sliding_window(const Tip& tip, SlidingWindowSpec spec) {
    Tip next{stream(), tip.shape};
    spec.in = tip.stream;
    spec.out = next.stream;
    spec.shape = tip.shape;
    next.shape.height = spec.out_height();
    next.shape.width = spec.out_width();
    add(spec);
    return next;
  }

  // Of any kernel, stride and pads that fit the map.
  Tip any_window(const Tip& tip) {
    const std::uint32_t kernel = random_.between(1, std::min({4U, tip.shape.height + 1, tip.shape.width + 1}));
    const std::uint32_t stride = random_.between(1, 3);
    if (kernel == 1 && stride == 1) {
      return tip;
    }
    // One pad of each dimension makes a map fit that is a pixel too small for the kernel.
    const std::uint32_t most = kernel / 2;
    const auto least = [&](std::uint32_t size) { return size < kernel ? 1U : 0U; };
    SlidingWindowSpec spec;
    spec.kernel = kernel;
    spec.stride = stride;
    spec.top = random_.between(least(tip.shape.height), most);
    spec.bottom = random_.between(0, most);
    spec.left = random_.between(0, most);
    spec.right = random_.between(least(tip.shape.width), most);
    return sliding_window(tip, spec);
  }

  // Of a bare pixel too, as a layer of kernel 1 and stride 1 has no window.
  Tip pool(const Tip& tip) {
    const Tip windows = any_window(tip);
    const Tip next{stream(), windows.shape};
    add(PoolSpec{windows.stream, next.stream, windows.shape.words()});
    return next;
  }

  // The window of a convolution that maps height H to ceil(H / stride). There is no module for a bare 1 x 1.
  Tip same_window(const Tip& tip, std::uint32_t kernel, std::uint32_t stride) {
    if (kernel == 1 && stride == 1) {
      return tip;
    }
    const std::uint32_t pad = kernel / 2;
    return sliding_window(tip, {0, 0, {}, kernel, stride, pad, pad, pad, pad});
  }

  Tip any_same_window(const Tip& tip) {
    const std::uint32_t kernel = random_.pick<std::uint32_t>({1, 3});
    return same_window(tip, kernel, random_.between(1, 2));
  }

  // A dot array that reads the windows in `tip`, dense in channels, `groups` groups. Lanes of `tip` divide the channels
  // of a group.
  Tip dot_array(const Tip& tip, std::uint32_t groups, std::uint32_t filters, std::uint32_t coarse_out) {
    std::vector<std::uint32_t> choices = divisors(tip.shape.lanes);
    std::erase_if(choices, [&](std::uint32_t d) { return d > 1 && d * coarse_out > kMaxUnits; });
    const std::uint32_t coarse_in = random_.pick(choices);
    DotArraySpec spec;
    spec.units = coarse_in * coarse_out;
    spec.accumulations = tip.shape.pixels() * groups;
    spec.windows = tip.shape.beats() / groups;
    spec.results = filters / (coarse_out * groups);
    return finish_dot_array(tip, std::move(spec), coarse_in, {tip.shape.height, tip.shape.width, filters, coarse_out});
  }

  Tip finish_dot_array(const Tip& tip, DotArraySpec spec, std::uint32_t coarse_in, const Shape& shape) {
    const std::uint32_t macs = random_.between(1, 9);
    const Tip next{stream(2 + levels(macs) + levels(coarse_in)), shape};
    netlist_.streams[tip.stream].depth = random_.between(1, 8);
    spec.in = tip.stream;
    spec.out = next.stream;
    spec.pixel_buffers = random_.between(1, 4);
    spec.lock_step = random_.chance(35);
    spec.service = service_times(std::size_t{netlist_.images} * spec.accumulations * spec.windows * spec.units);
    if (random_.chance(30)) {
      slow_unit(spec);
    }
    add(std::move(spec));
    return next;
  }

  // One unit has the most work, in every window.
  void slow_unit(DotArraySpec& spec) {
    const std::uint32_t more = random_.between(1, 6);
    for (std::size_t k = random_.below(spec.units); k < spec.service.size(); k += spec.units) {
      spec.service[k] += more;
    }
  }

  // Of any kernel.
  Tip convolution(const Tip& tip, std::uint32_t stride, std::uint32_t filters, std::uint32_t coarse_out) {
    const std::uint32_t kernel = random_.pick<std::uint32_t>({1, 3, 3, 5});
    return dot_array(same_window(tip, kernel, stride), 1, filters, coarse_out);
  }

  Tip any_convolution(const Tip& tip) {
    const Tip windows = random_.chance(30) ? tip : any_window(tip);
    Shape shape = windows.shape;
    shape.channels = random_.between(1, kMaxChannels);
    return dot_array(windows, 1, shape.channels, lanes_for(shape));
  }

  Tip fully_connected(Tip tip) {
    tip.shape.channels *= tip.shape.pixels();
    tip.shape.height = 1;
    tip.shape.width = 1;
    const std::uint32_t filters = random_.between(1, kMaxChannels);
    return dot_array(tip, 1, filters, random_.pick(divisors(filters)));
  }

  // coarse_group units side by side, one for every lane.
  Tip depthwise(const Tip& tip) {
    if (tip.shape.lanes > kMaxUnits) {
      return tip;
    }
    const Tip windows = any_same_window(tip);
    DotArraySpec spec;
    spec.units = tip.shape.lanes;
    spec.accumulations = windows.shape.words();
    return finish_dot_array(windows, std::move(spec), 1, windows.shape);
  }

  Tip grouped(const Tip& tip) {
    const std::uint32_t groups = random_.pick(divisors(tip.shape.beats()));
    const std::uint32_t filters_of_group = random_.between(1, std::max(1U, kMaxChannels / groups));
    const Tip windows = any_same_window(tip);
    Shape shape = windows.shape;
    shape.channels = groups * filters_of_group;
    shape.lanes = random_.pick(divisors(filters_of_group));
    if (total_words(shape) > kMaxWords) {
      shape.lanes = filters_of_group;
    }
    return dot_array(windows, groups, shape.channels, shape.lanes);
  }

  // ---- residual blocks

  Tip block(const Tip& tip, std::uint32_t stride, std::uint32_t nesting) {
    Shape target = tip.shape;
    target.height = (target.height - 1) / stride + 1;
    target.width = (target.width - 1) / stride + 1;
    if (random_.chance(50)) {
      target.channels = random_.between(1, kMaxChannels);
      target.lanes = lanes_for(target);
    }
    AddSpec join;
    for (Tip branch : fork(tip, random_.chance(85) ? 2 : 3)) {
      const StreamIndex first = branch.stream;
      branch =
          join.ins.empty() ? main_path(branch, stride, target, nesting) : any_path(branch, stride, target, nesting);
      if (branch.stream == first) {
        deepen(first, tip.shape);
      } else {
        deepen(branch.stream, target);
      }
      join.ins.push_back(branch.stream);
    }
    random_.shuffle(join.ins);
    const Tip next{stream(), target};
    join.out = next.stream;
    join.words = target.words();
    add(join);
    return next;
  }

  // Two or three branches over the same map, joined along the channels, as in SqueezeNet.
  Tip concat_block(const Tip& tip) {
    const std::uint32_t stride = random_.between(1, 2);
    Shape joined = tip.shape;
    joined.height = (joined.height - 1) / stride + 1;
    joined.width = (joined.width - 1) / stride + 1;
    joined.channels = 0;
    const std::uint32_t branches = random_.chance(75) ? 2 : 3;
    joined.lanes = random_.pick<std::uint32_t>({1, 1, 2});
    const std::uint32_t few = kMaxWords / (netlist_.images * joined.pixels()) / branches;
    const std::uint32_t most_beats = std::max(1U, std::min(few, kMaxChannels / joined.lanes / branches));
    ConcatSpec join;
    for (Tip branch : fork(tip, branches)) {
      const StreamIndex first = branch.stream;
      Shape target = joined;
      target.channels = joined.lanes * random_.between(1, most_beats);
      const bool fits = tip.shape.channels % joined.lanes == 0 && tip.shape.channels / joined.lanes <= most_beats;
      if (fits && random_.chance(30)) {
        branch = rebundle(stride > 1 ? subsample(branch, stride) : branch, joined.lanes);
      } else {
        branch = any_path(branch, stride, target, 2);
      }
      deepen(branch.stream, branch.stream == first ? tip.shape : branch.shape);
      joined.channels += branch.shape.channels;
      join.ins.push_back(branch.stream);
      join.beats.push_back(branch.shape.beats());
    }
    const Tip next{stream(), joined};
    join.out = next.stream;
    join.pixels = joined.pixels();
    add(join);
    return next;
  }

  // Often a stream in front of a join holds up to an image, so that not every block deadlocks.
  void deepen(StreamIndex stream, const Shape& shape) {
    if (random_.chance(deep_skips_)) {
      netlist_.streams[stream].depth = shape.words() + 1;
    }
  }

  Tip main_path(const Tip& tip, std::uint32_t stride, const Shape& target, std::uint32_t nesting) {
    const bool nested = nesting < 2 && random_.chance(20);
    return convolutions(nested ? block(tip, 1, nesting + 1) : tip, stride, target);
  }

  Tip any_path(const Tip& tip, std::uint32_t stride, const Shape& target, std::uint32_t nesting) {
    if (target.channels >= tip.shape.channels && random_.chance(70)) {
      return shortcut(tip, stride, target);
    }
    return main_path(tip, stride, target, nesting);
  }

  // One or two convolutions.
  Tip convolutions(const Tip& tip, std::uint32_t stride, const Shape& target) {
    Tip start = tip;
    if (random_.chance(40)) {
      Shape middle = target;
      middle.channels = random_.between(1, kMaxChannels);
      start = convolution(tip, stride, middle.channels, lanes_for(middle));
      stride = 1;
    }
    const std::uint32_t lanes = random_.chance(60) ? target.lanes : lanes_for(target);
    return rebundle(convolution(start, stride, target.channels, lanes), target.lanes);
  }

  // Without weights: identity, or thinned out and padded with channels of zeros.
  Tip shortcut(Tip tip, std::uint32_t stride, const Shape& target) {
    if (stride > 1) {
      tip = subsample(tip, stride);
    }
    const std::uint32_t more = target.channels - tip.shape.channels;
    if (more > 0) {
      tip = rebundle(tip, std::gcd(tip.shape.lanes, more));
      const std::uint32_t before = random_.below(more / tip.shape.lanes + 1) * tip.shape.lanes;
      tip = channel_pad(tip, before, more - before);
    }
    return rebundle(tip, target.lanes);
  }

  Random random_;
  Netlist netlist_;
  std::uint32_t deepest_ = 16;
  std::uint32_t deep_skips_ = 50;
  bool has_writer_ = false;
};

}  // namespace

Netlist random_netlist(std::uint64_t seed) {
  return Builder(seed).build();
}

}  // namespace millrace::oracle
