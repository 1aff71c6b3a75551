#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "base/mutex.hpp"

namespace kaudit::apiserver::testapi {

/// Lets writes through together, but none while the store is put back: so each is wholly before or
/// wholly after it, with all that follows from it. Thread-safe; who waits suspends, on an executor
/// of one thread.
class WriteGate {
 public:
  /// A write under way, as long as it lives.
  class Pass {
   public:
    explicit Pass(WriteGate* gate) noexcept : gate_(gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    WriteGate* gate_;
  };

  WriteGate();
  ~WriteGate();
  WriteGate(const WriteGate&) = delete;
  WriteGate& operator=(const WriteGate&) = delete;

  /// Waits while the gate is closed, but not longer than a close() may take.
  boost::asio::awaitable<Pass> enter();
  /// Closes the gate and waits for the writes under way. False when some have not ended in time, or
  /// another one has closed it: then it is not closed (by this one).
  boost::asio::awaitable<bool> close();
  void open();

  static constexpr std::chrono::seconds kPatience{10};

 private:
  struct Waiter;
  void leave();
  void wake_all() KAUDIT_REQUIRES(mutex_);
  using WaiterPtr = std::shared_ptr<Waiter>;
  /// Null: it is in. Else the waiter is woken by the next change.
  WaiterPtr enter_or_wait(WaiterPtr waiter);
  /// Null: nobody is in. Else likewise.
  WaiterPtr empty_or_wait(WaiterPtr waiter);
  bool try_close();

  mutable Mutex mutex_;
  std::size_t inside_ KAUDIT_GUARDED_BY(mutex_) = 0;
  bool closed_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::vector<std::shared_ptr<Waiter>> waiters_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::testapi
