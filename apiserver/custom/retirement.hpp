#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "base/mutex.hpp"

namespace kaudit::apiserver::custom {

/// Tells watches that what they watch by is no longer so. Thread-safe.
class Retirement {
 public:
  bool retired() const noexcept { return retired_.load(std::memory_order_acquire); }
  /// Calls all who wait, each on its executor; once.
  void retire();

  /// Waits for the call as long as it lives. Made and destroyed on the thread of its executor, an
  /// io_context with one thread, on which it is also called; so it is never called once it is gone.
  class Subscription {
   public:
    Subscription(std::shared_ptr<Retirement> retirement,
                 const boost::asio::any_io_executor& executor, std::function<void()> call);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

   private:
    struct Waiting {
      boost::asio::any_io_executor executor;
      std::function<void()> call;
      bool gone = false;  // on its own thread only
    };
    friend class Retirement;

    const std::shared_ptr<Retirement> retirement_;
    const std::shared_ptr<Waiting> waiting_;
  };

 private:
  std::atomic<bool> retired_{false};
  Mutex mutex_;
  std::map<const Subscription*, std::shared_ptr<Subscription::Waiting>> waiting_
      KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::custom
