// How much of a layer's input and weights is zero.
//
// Zero fractions count the elements of the tensors as they are stored: padding is no element, so it counts neither as
// zero nor as value. Deviations are those of the population (divided by n).
#pragma once

#include "traces/trace.hpp"

namespace millrace::sim {

/// Zeros of an edge, as fractions of its elements.
struct ActivationZeros {
  double mean = 0.0;               ///< over the images
  double least = 0.0;              ///< of any image
  double most = 0.0;               ///< of any image
  double channel_deviation = 0.0;  ///< between the channels of an image; mean over the images
  double busiest_channel =
      0.0;  ///< non-zeros of the fullest channel over those of the mean one; 1 = balanced, 0 = none
};

/// Zeros of a layer's weights, as fractions of their number.
struct WeightZeros {
  double mean = 0.0;
  double filter_deviation = 0.0;  ///< between the filters
};

/// Throws TraceError if the trace has no mask for the edge.
ActivationZeros activation_zeros(const traces::Trace& trace, traces::EdgeId edge);
/// Throws TraceError if the trace has no mask for the layer.
WeightZeros weight_zeros(const traces::Trace& trace, traces::LayerId layer);

}  // namespace millrace::sim
