#include "traces/capture/progress.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>

namespace millrace::capture {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string content(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    text += static_cast<char>(c);
  }
  return text;
}

void make_steps(Progress& progress, int count) {
  for (int i = 0; i < count; ++i) {
    progress.step();
  }
}

TEST(Progress, IsALineEveryTenPercentInAFile) {
  const File file(std::tmpfile(), std::fclose);
  {
    Progress progress(file.get(), "capture", 40);
    make_steps(progress, 40);
  }
  const std::string text = content(file.get());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, StartsWith("capture: 4 of 40 images (10 %), 0 s left\ncapture: 8 of 40"));
  EXPECT_THAT(text, EndsWith("capture: 40 of 40 images (100 %), 0 s left\n"));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(Progress, GoesOnWhereAnEarlierRunEnded) {
  const File file(std::tmpfile(), std::fclose);
  Progress progress(file.get(), "capture", 10, 8);
  make_steps(progress, 1);
  EXPECT_THAT(content(file.get()), StartsWith("capture: 9 of 10 images (90 %), 0 s left\n"));
}

/// What a terminal shows while `steps` of 4 are made.
std::string on_terminal(int steps) {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  EXPECT_EQ(::grantpt(terminal), 0);
  EXPECT_EQ(::unlockpt(terminal), 0);
  std::array<char, 64> name{};
  EXPECT_EQ(::ptsname_r(terminal, name.data(), name.size()), 0);
  // Held open until all is read: what is written to a terminal is lost when its last user goes.
  const File other_end(std::fopen(name.data(), "r+"), std::fclose);
  {
    Progress progress(other_end.get(), "ranges", 4);
    make_steps(progress, steps);
  }
  std::fputs("END", other_end.get());
  std::fflush(other_end.get());
  std::string text;
  while (!text.ends_with("END")) {
    std::array<char, 256> part{};
    const ssize_t count = ::read(terminal, part.data(), part.size());
    if (count <= 0) {
      ADD_FAILURE() << "the terminal cannot be read";
      break;
    }
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  ::close(terminal);
  return text.substr(0, text.size() - 3);
}

TEST(Progress, IsABarOnATerminal) {
  const std::string text = on_terminal(4);
  EXPECT_THAT(text, StartsWith("\rranges: [##########..............................] 1 of 4, 0 s left"));
  EXPECT_THAT(text, HasSubstr("\rranges: [########################################] 4 of 4, 0 s left"));
  EXPECT_THAT(text, EndsWith("\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Progress, LeavesTheLineWhenItIsBrokenOff) {
  EXPECT_THAT(on_terminal(3), EndsWith("\n"));
}

TEST(Progress, ShowsTimesToPeople) {
  EXPECT_EQ(to_text(std::chrono::seconds(0)), "0 s");
  EXPECT_EQ(to_text(std::chrono::seconds(59)), "59 s");
  EXPECT_EQ(to_text(std::chrono::seconds(60)), "1 min 0 s");
  EXPECT_EQ(to_text(std::chrono::seconds(3599)), "59 min 59 s");
  EXPECT_EQ(to_text(std::chrono::seconds(7384)), "2 h 3 min");
}

}  // namespace
}  // namespace millrace::capture
