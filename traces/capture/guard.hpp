// A crash in a library that reads untrusted files becomes an error: the work runs in a child process.
#pragma once

#include <filesystem>
#include <functional>

namespace millrace::capture {

/// Runs `work` in a child process and returns its exit code. Call it before any thread exists. Signals that ask this
/// process to end are passed on to the child (130 if it is not ready for them), and the child ends if this process is
/// killed. Throws CaptureError if the child does not end by itself; then the partial files that it left in `folder` are
/// removed. A limit on the size of files is an error of the child's writes, not its end.
int run_guarded(const std::function<int()>& work, const std::filesystem::path& folder);

}  // namespace millrace::capture
