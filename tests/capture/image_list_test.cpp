#include "traces/capture/image_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture_error.hpp"

namespace millrace::capture {
namespace {

using test::error_message;
using testing::HasSubstr;

class ImageList : public testing::Test {
 protected:
  ImageList() {
    std::filesystem::create_directory(folder / "sub");
    for (const char* name : {"b.png", "a.JPG", "c.jpeg", "notes.txt", "sub/d.png"}) {
      std::ofstream(folder / name) << "x";
    }
  }

  std::string refusal(const std::string& list) {
    std::ofstream(folder / "list") << list;
    return error_message<CaptureError>([&] { list_images(folder / "list", std::nullopt); });
  }

  test::TemporaryFolder folder;
};

TEST_F(ImageList, SortsTheImagesOfAFolder) {
  const std::vector<ListedImage> images = list_images(folder.path(), std::nullopt);
  ASSERT_EQ(images.size(), 3U);
  EXPECT_EQ(images[0].name, "a.JPG");
  EXPECT_EQ(images[1].name, "b.png");
  EXPECT_EQ(images[2].name, "c.jpeg");
  EXPECT_TRUE(images[0].labels.empty());
  EXPECT_EQ(list_images(folder.path(), 2).size(), 2U);
}

TEST_F(ImageList, ReadsPathsAndClasses) {
  std::ofstream(folder / "list") << "# comment\n\nsub/d.png 3\r\nb.png\na.JPG 281 282 285\n";
  const std::vector<ListedImage> images = list_images(folder / "list", std::nullopt);
  ASSERT_EQ(images.size(), 3U);
  EXPECT_EQ(images[0].file, folder / "sub/d.png");
  EXPECT_EQ(images[0].name, "d.png");
  EXPECT_EQ(images[0].labels, std::vector<std::int64_t>{3});
  EXPECT_TRUE(images[1].labels.empty());
  EXPECT_EQ(images[2].labels, (std::vector<std::int64_t>{281, 282, 285}));
}

TEST_F(ImageList, MayCountClassesFromAnother) {
  std::ofstream(folder / "list") << "b.png 0 999\n";
  EXPECT_EQ(list_images(folder / "list", std::nullopt, 1).at(0).labels, (std::vector<std::int64_t>{1, 1000}));
  std::ofstream(folder / "list") << "b.png 65535\n";
  EXPECT_THAT(error_message<CaptureError>([&] { list_images(folder / "list", std::nullopt, 1); }),
              HasSubstr("class '65535' must be an integer from 0 to 65534"));
}

TEST_F(ImageList, RefusesWithFileAndLine) {
  EXPECT_THAT(refusal("b.png\nnone.png 1\n"), HasSubstr("list:2: there is no image"));
  EXPECT_THAT(refusal("b.png cat\n"), HasSubstr("list:1: class 'cat' must be an integer from 0 to 65535"));
  EXPECT_THAT(refusal("b.png -1\n"), HasSubstr("list:1: class '-1'"));
  EXPECT_THAT(refusal("\n"), HasSubstr("list: names no image"));
  EXPECT_THAT(error_message<CaptureError>([&] { list_images(folder / "none", std::nullopt); }),
              HasSubstr("none: there is no such folder or list"));
}

}  // namespace
}  // namespace millrace::capture
