// What becomes of a capture that crashes or is interrupted. The child of a test ends with _exit, so that it does not go
// on with the other tests.
#include "traces/capture/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/traces/error_message.hpp"
#include "tests/traces/temporary_folder.hpp"
#include "traces/capture/capture_error.hpp"
#include "traces/partial_file.hpp"

namespace millrace::capture {
namespace {

using testing::HasSubstr;

constexpr int all_is_well = 0;
constexpr int interrupted = 130;

class Guard : public testing::Test {
 protected:
  std::string refusal(const std::function<int()>& work) const {
    return test::error_message<CaptureError>([&] { run_guarded(work, folder.path()); });
  }

  std::size_t files() const {
    const std::filesystem::directory_iterator begin(folder.path());
    return static_cast<std::size_t>(std::distance(begin, std::filesystem::directory_iterator()));
  }

  test::TemporaryFolder folder;
};

TEST_F(Guard, PassesTheExitCodeOn) {
  for (const int code : {all_is_well, 2, interrupted}) {
    EXPECT_EQ(run_guarded([code]() -> int { ::_exit(code); }, folder.path()), code);
  }
}

TEST_F(Guard, TurnsACrashIntoAnErrorAndRemovesWhatIsHalfWritten) {
  const std::string message = refusal([this] {
    traces::PartialFile file(folder / "out");
    file.write(0, std::vector<std::uint8_t>(16));
    ::raise(SIGKILL);
    return all_is_well;
  });
  EXPECT_THAT(message, HasSubstr("capturing ended with signal 9 (Killed); the model makes OpenCV crash"));
  EXPECT_EQ(files(), 0U);
  EXPECT_THAT(refusal([] { return ::raise(SIGABRT); }), HasSubstr("signal 6 (Aborted)"));
}

TEST_F(Guard, PassesInterruptsOn) {
  const int code = run_guarded(
      []() -> int {
        std::signal(SIGTERM, [](int) { ::_exit(3); });
        ::kill(::getppid(), SIGTERM);
        for (;;) {
          ::pause();
        }
      },
      folder.path());
  EXPECT_EQ(code, 3);
  EXPECT_EQ(run_guarded([] { return ::raise(SIGTERM); }, folder.path()), interrupted);
}

}  // namespace
}  // namespace millrace::capture
