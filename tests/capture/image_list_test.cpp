#include "traces/capture/image_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/traces/error_message.hpp"
#include "tests/traces/ordinary_user.hpp"
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
  std::ofstream(folder / "list") << "# comment\n\nsub/d.png 3\r\nb.png 0\na.JPG 281 282 285\n";
  const std::vector<ListedImage> images = list_images(folder / "list", std::nullopt);
  ASSERT_EQ(images.size(), 3U);
  EXPECT_EQ(images[0].file, folder / "sub/d.png");
  EXPECT_EQ(images[0].name, "d.png");
  EXPECT_EQ(images[0].labels, std::vector<std::int64_t>{3});
  EXPECT_EQ(images[1].place, (folder / "list").string() + ":4");
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
  for (const char* garbage : {"1.5", "0x1", "99999999999999999999", "65536", "1,2"}) {
    EXPECT_THAT(refusal(std::string("b.png ") + garbage + "\n"), HasSubstr("list:1: class '")) << garbage;
  }
  for (const char* empty : {"", "\n", "# nothing\n"}) {
    EXPECT_THAT(refusal(empty), HasSubstr("list: names no image")) << empty;
  }
  std::filesystem::create_directory(folder / "empty");
  EXPECT_THAT(error_message<CaptureError>([&] { list_images(folder / "empty", std::nullopt); }),
              HasSubstr("empty: holds no PNG or JPEG file; name the folder with the images"));
  EXPECT_THAT(refusal("sub 1\n"), HasSubstr("list:1: there is no image"));
  EXPECT_THAT(error_message<CaptureError>([&] { list_images(folder / "none", std::nullopt); }),
              HasSubstr("none: there is no such folder or list"));
}

TEST_F(ImageList, SaysWhyItCannotBeRead) {
  std::ofstream(folder / "list") << "b.png\n";
  for (const char* name : {"list", "sub"}) {
    std::filesystem::permissions(folder / name, std::filesystem::perms::none);
    {
      const test::OrdinaryUser user;
      EXPECT_THAT(error_message<CaptureError>([&] { list_images(folder / name, std::nullopt); }),
                  HasSubstr(std::string(name) + ": cannot be read: Permission denied"));
    }
    std::filesystem::permissions(folder / name, std::filesystem::perms::owner_all);
  }
}

TEST_F(ImageList, GivesClassesToAllImagesOrToNone) {
  EXPECT_THAT(refusal("b.png 1\n\na.JPG\n"), HasSubstr("list:3 has no class, but"));
  EXPECT_THAT(refusal("b.png\na.JPG 1\n"), HasSubstr("list:2 has a class, but"));
}

TEST_F(ImageList, HasOnlyClassesOfTheModel) {
  std::ofstream(folder / "list") << "b.png 0 9\na.JPG 3 10\n";
  const std::vector<ListedImage> images = list_images(folder / "list", std::nullopt);
  check_labels(images, 11, 0);
  EXPECT_THAT(error_message<CaptureError>([&] { check_labels(images, 10, 0); }),
              HasSubstr("list:2: class 10 must be 0 to 9: the model has 10 classes"));
  const std::vector<ListedImage> shifted = list_images(folder / "list", std::nullopt, 1);
  EXPECT_THAT(error_message<CaptureError>([&] { check_labels(shifted, 11, 1); }),
              HasSubstr("list:2: class 10 must be 0 to 9: the model has 11 classes, --label-offset is 1"));
}

}  // namespace
}  // namespace millrace::capture
