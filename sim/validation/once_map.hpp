// Values that several threads want and one makes.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace millrace::sim {

template <typename Key, typename Value>
class OnceMap {
 public:
  using Shared = std::shared_ptr<const Value>;

  /// The value of the key. The first who asks makes it, with `make()`, in its own thread; others wait, and get what it
  /// throws, too.
  template <typename Make>
  Shared get(const Key& key, Make make) {
    std::promise<Shared> promise;
    std::shared_future<Shared> future;
    bool is_first = false;
    {
      const std::scoped_lock lock(mutex_);
      const auto [found, is_new] = values_.try_emplace(key);
      if (is_new) {
        found->second = promise.get_future().share();
      }
      is_first = is_new;
      future = found->second;
    }
    if (is_first) {
      try {
        promise.set_value(std::make_shared<const Value>(make()));
      } catch (...) {
        promise.set_exception(std::current_exception());
      }
    }
    return future.get();
  }

  /// Whoever has the value keeps it; who asks next makes it again.
  void forget(const Key& key) {
    const std::scoped_lock lock(mutex_);
    values_.erase(key);
  }

 private:
  std::mutex mutex_;
  std::map<Key, std::shared_future<Shared>> values_;
};

}  // namespace millrace::sim
