// Files that appear only when they are complete, and what becomes of those that never were.
#include "traces/partial_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/network.hpp"

namespace millrace::traces {
namespace {

using test::error_message;
using testing::HasSubstr;

constexpr std::array<std::uint8_t, 3> content = {'n', 'e', 'w'};

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Partial : public testing::Test {
 protected:
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> result;
    for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(folder.path())) {
      result.push_back(entry.path());
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  static void write(const std::filesystem::path& target) {
    PartialFile file(target);
    file.write(0, content);
    file.finish();
  }

  std::string refusal(const std::filesystem::path& target) const {
    const auto before = files();
    std::string message = error_message<TraceError>([&] { PartialFile file(target); });
    EXPECT_EQ(error_message<TraceError>([&] { check_can_write(target); }), message);
    EXPECT_EQ(files(), before);
    return message;
  }

  test::TemporaryFolder folder;
};

TEST_F(Partial, IsWrittenWhereALinkLeads) {
  std::filesystem::create_directory(folder / "real");
  std::ofstream(folder / "real/old") << "old";
  std::filesystem::create_symlink("real/old", folder / "link");
  std::filesystem::create_symlink(folder / "link", folder / "link to link");
  std::filesystem::create_symlink("real/none", folder / "dangling");
  for (const char* name : {"link", "link to link", "dangling"}) {
    PartialFile file(folder / name);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "real"), {}), 2) << name;
    file.write(0, content);
    file.finish();
    EXPECT_TRUE(std::filesystem::is_symlink(folder / name));
    EXPECT_EQ(text_of(folder / name), "new");
  }
  EXPECT_EQ(file_to_write(folder / "link to link"), folder / "real/old");
  EXPECT_EQ(text_of(folder / "real/old"), "new");
  EXPECT_EQ(text_of(folder / "real/none"), "new");
}

TEST_F(Partial, ReplacesRegularFilesOnly) {
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/null", folder / "link");
  EXPECT_THAT(refusal(folder / "pipe"), HasSubstr("pipe: is a device or pipe; name the file to write"));
  EXPECT_THAT(refusal(folder / "link"), HasSubstr("link: is a device or pipe"));
  EXPECT_THAT(refusal("/dev/null"), HasSubstr("/dev/null: is a device or pipe"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("is a folder; name the file to write"));
  EXPECT_THAT(refusal(folder / "no/such"), HasSubstr("no/such: cannot be written: No such file or directory"));
}

TEST_F(Partial, IsFoundByItsWholeName) {
  const std::vector<std::string> kept = {"t.partial-7",     "t.partial-7-",     "t.partial-7-0.txt", "t.partial-7-0-0",
                                         "t.partial--7-0",  "t.partial-7x-0",   ".partial-7-0",      "t.partial-8-0",
                                         "t.partial-7-0 ~", "other.partial-7-0"};
  const auto prepare = [&] {
    for (const std::string& name : kept) {
      std::ofstream(folder / name) << "x";
    }
    std::ofstream(folder / "t.partial-7-12") << "x";
    std::filesystem::create_directories(folder / "t.partial-7-1");
  };
  prepare();
  std::filesystem::create_symlink(folder / "t.partial-7", folder / "t.partial-7-2");
  const std::size_t all = files().size();
  remove_partial_files(folder.path(), 9);
  EXPECT_EQ(files().size(), all);
  remove_abandoned_files(folder.path(), [](const std::string& target) { return target == "nothing"; });
  EXPECT_EQ(files().size(), all);
  remove_abandoned_files(folder.path(), [](const std::string& target) { return target == "t"; });
  EXPECT_FALSE(std::filesystem::exists(folder / "t.partial-7-12"));
  EXPECT_FALSE(std::filesystem::exists(folder / "t.partial-8-0"));
  EXPECT_EQ(files().size(), all - 2);
  prepare();
  remove_partial_files(folder.path(), 7);
  EXPECT_FALSE(std::filesystem::exists(folder / "t.partial-7-12"));
  EXPECT_FALSE(std::filesystem::exists(folder / "other.partial-7-0"));
  EXPECT_EQ(files().size(), all - 2);
}

bool is_open_twice(const std::filesystem::path& file) {
  int count = 0;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    count += std::filesystem::read_symlink(entry.path(), gone) == file ? 1 : 0;
  }
  return count > 1;
}

/// The test is the other capture: it holds the lock on the file that the writer opens, and removes it.
TEST_F(Partial, IsBegunAgainIfAnotherCaptureRemovedIt) {
  const std::filesystem::path target = folder / "t";
  std::filesystem::path next;
  {
    const PartialFile file(target);
    const std::string name = files().at(0).string();
    const std::size_t count = name.rfind('-') + 1;
    next = name.substr(0, count) + std::to_string(std::stoi(name.substr(count)) + 1);
  }
  const int descriptor = ::open(next.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(descriptor, 0);
  ASSERT_EQ(::flock(descriptor, LOCK_EX), 0);
  std::string error;
  std::thread writer([&] {
    try {
      write(target);
    } catch (const std::exception& what) {
      error = what.what();
    }
  });
  while (!is_open_twice(next)) {
    std::this_thread::yield();
  }
  ::unlink(next.c_str());
  ::close(descriptor);
  writer.join();
  EXPECT_EQ(error, "");
  EXPECT_EQ(text_of(target), "new");
  EXPECT_EQ(files(), std::vector<std::filesystem::path>{target});
}

}  // namespace
}  // namespace millrace::traces
