// `millrace fold` as it is used: what it writes runs.
#include "tests/sim/cli_fixture.hpp"

namespace millrace::sim {
namespace {

using test::CliTest;
using test::Finished;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST_F(CliTest, FoldsWhatRuns) {
  const Finished fold = millrace({"fold", file("t.safetensors"), "--dsp", "24", "--out", file("f.yaml")});
  EXPECT_EQ(fold.exit_code, 0) << fold.err;
  EXPECT_THAT(fold.out, AllOf(HasSubstr("coarse"), HasSubstr(" of 24,"), HasSubstr("LUTs are not modelled"),
                              HasSubstr("wrote      " + file("f.yaml"))));
  EXPECT_THAT(test::read_file(file("f.yaml")), HasSubstr("--dsp 24"));

  const Finished run = millrace({"run", file("f.yaml"), "--json", file("f.json"), "--quiet"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json("f.json")["images"].size(), static_cast<std::size_t>(kImages));
}

TEST_F(CliTest, FoldsTheSameTwiceAndSaysWhatItReplaces) {
  const std::vector<std::string> arguments = {"fold",  file("t.safetensors"), "--device", "ZCU104",
                                              "--out", file("f.yaml")};
  EXPECT_EQ(millrace(arguments).exit_code, 0);
  const std::string first = test::read_file(file("f.yaml"));
  const Finished again = millrace(arguments);
  EXPECT_THAT(again.out, AllOf(HasSubstr("replaced   " + file("f.yaml")), Not(HasSubstr("wrote "))));
  EXPECT_EQ(test::read_file(file("f.yaml")), first);
}

TEST_F(CliTest, FoldsForADevice) {
  const Finished fold =
      millrace({"fold", file("network.safetensors"), "--device", "u250", "--dsp", "99999", "--out", file("f.yaml")});
  EXPECT_EQ(fold.exit_code, 0) << fold.err;
  EXPECT_THAT(fold.out, AllOf(HasSubstr(" of 12288,"), HasSubstr("of 5376 of U250"), HasSubstr("at 250 MHz")));
  EXPECT_THAT(test::read_file(file("f.yaml")), HasSubstr("as if nothing were zero"));
}

TEST_F(CliTest, RefusesToFoldWhatItCannot) {
  const std::string trace = file("t.safetensors");
  expect_refusal({"fold", trace, "--dsp", "8"}, "--out is missing");
  expect_refusal({"fold", trace, "--out", file("f.yaml")}, "--dsp is missing");
  expect_refusal({"fold", trace, "--dsp", "0", "--out", file("f.yaml")}, "--dsp 0: legal are 1 to");
  expect_refusal({"fold", trace, "--dsp", "1", "--out", file("f.yaml")}, "they take at least");
  expect_refusal({"fold", trace, "--dsp", "9", "--clock", "0", "--out", file("f.yaml")}, "--clock 0: legal are");
  expect_refusal({"fold", trace, "--device", "u1", "--out", file("f.yaml")}, "legal are u250, u200");
  expect_refusal({"fold", trace, "--dsp", "9", "--unit", "lazy", "--out", file("f.yaml")},
                 "legal are dense, skip_weights, skip_activations, skip_both");
  expect_refusal({"fold", file("none.safetensors"), "--dsp", "9", "--out", file("f.yaml")}, "none.safetensors");
  expect_refusal({"fold", trace, "--dsp", "24", "--out", file("none/f.yaml")}, "cannot be written");
  EXPECT_FALSE(std::filesystem::exists(file("f.yaml")));
}

}  // namespace
}  // namespace millrace::sim
