#include "apiserver/testapi/write_gate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::testapi {

using boost::asio::awaitable;
using GateClock = std::chrono::steady_clock;

/// Who waits for the gate to change; the timer is touched on its own thread only.
struct WriteGate::Waiter {
  Waiter(const boost::asio::any_io_executor& executor, GateClock::time_point patience)
      : timer(executor, patience) {}
  boost::asio::steady_timer timer;
};

WriteGate::WriteGate() = default;
WriteGate::~WriteGate() = default;

WriteGate::WaiterPtr WriteGate::enter_or_wait(WaiterPtr waiter) {
  const Lock lock(mutex_);
  if (closed_) return waiters_.emplace_back(std::move(waiter));
  ++inside_;
  return nullptr;
}

WriteGate::WaiterPtr WriteGate::empty_or_wait(WaiterPtr waiter) {
  const Lock lock(mutex_);
  if (inside_ == 0) return nullptr;
  return waiters_.emplace_back(std::move(waiter));
}

bool WriteGate::try_close() {
  const Lock lock(mutex_);
  return !std::exchange(closed_, true);
}

void WriteGate::leave() {
  const Lock lock(mutex_);
  if (--inside_ == 0) wake_all();
}

void WriteGate::open() {
  const Lock lock(mutex_);
  closed_ = false;
  wake_all();
}

void WriteGate::wake_all() {
  for (auto& waiter : std::exchange(waiters_, {})) {
    const auto executor = waiter->timer.get_executor();
    boost::asio::post(executor, [woken = std::move(waiter)] { woken->timer.cancel(); });
  }
}

awaitable<WriteGate::Pass> WriteGate::enter() {
  auto executor = co_await boost::asio::this_coro::executor;
  const auto patience = GateClock::now() + 2 * kPatience;
  for (;;) {
    const auto waiter = enter_or_wait(std::make_shared<Waiter>(executor, patience));
    if (!waiter) co_return Pass(this);
    if (GateClock::now() >= patience) co_return Pass(nullptr);
    co_await waiter->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
}

awaitable<bool> WriteGate::close() {
  if (!try_close()) co_return false;
  auto executor = co_await boost::asio::this_coro::executor;
  const auto patience = GateClock::now() + kPatience;
  for (;;) {
    const auto waiter = empty_or_wait(std::make_shared<Waiter>(executor, patience));
    if (!waiter) co_return true;
    if (GateClock::now() >= patience) {
      open();
      co_return false;
    }
    co_await waiter->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
}

}  // namespace kaudit::apiserver::testapi
