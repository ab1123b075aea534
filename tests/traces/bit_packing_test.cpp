#include "traces/bit_packing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace millrace::traces {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(PackMask, PutsChannelCIntoBitCModulo8OfByteCDividedBy8) {
  std::vector<float> values(20, 0.0F);
  values[0] = 1.0F;     // row 0, channel 0
  values[9] = -2.0F;    // row 0, channel 9
  values[11] = 1e-40F;  // row 1, channel 1: denormal, but not zero
  values[12] = -0.0F;   // row 1, channel 2: zero
  EXPECT_EQ(pack_mask(values, 10), (Bytes{0x01, 0x02, 0x02, 0x00}));
}

TEST(PackCodes, RoundsAndClamps) {
  const std::vector<float> values = {0.0F, 1.0F, 1.2F, -1.3F, 100.0F, -100.0F};
  EXPECT_EQ(pack_codes(values, true, 0.5),
            (Bytes{0, 2, 2, static_cast<std::uint8_t>(-3), 127, static_cast<std::uint8_t>(-127)}));
  EXPECT_EQ(pack_codes(std::vector<float>{0.0F, 0.6F, 500.0F}, false, 1.0), (Bytes{0, 1, 255}));
}

TEST(PackCodes, NeverMakesZeroOfWhatIsNotZero) {
  const std::vector<float> values = {1e-30F, -1e-30F, 0.0F};
  EXPECT_EQ(pack_codes(values, true, 1.0), (Bytes{1, static_cast<std::uint8_t>(-1), 0}));
  EXPECT_EQ(pack_codes(std::vector<float>{1e-30F}, false, 1.0), (Bytes{1}));
}

}  // namespace
}  // namespace millrace::traces
