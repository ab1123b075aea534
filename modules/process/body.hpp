// The coroutine type of process bodies. A body runs until it needs an edge that is not known yet, and is resumed by its
// host when that edge is; it never returns a value and is started explicitly.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

namespace millrace {

class Body {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language looks for this name
    Body get_return_object() { return Body{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { failure = std::current_exception(); }
    std::exception_ptr failure;
  };

  Body() = default;
  Body(Body&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Body& operator=(Body&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Body() {
    if (handle_) {
      handle_.destroy();
    }
  }

  bool finished() const { return handle_ && handle_.done(); }

  /// Runs on to the next suspension. Rethrows what the body threw.
  void resume() {
    handle_.resume();
    if (handle_.done() && handle_.promise().failure) {
      std::rethrow_exception(std::exchange(handle_.promise().failure, nullptr));
    }
  }

 private:
  explicit Body(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace millrace
