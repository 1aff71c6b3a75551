#include "apiserver/testapi/event_ring.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kaudit::apiserver::testapi {
namespace {

std::size_t bytes_held_by(const audit::Event& event) noexcept {
  return event.request_object.view().size() + event.response_object.view().size() +
         event.request_uri.size();
}

}  // namespace

/// A request that waits for events; its timer is touched on its own thread only.
struct EventRing::Waiter {
  Waiter(const boost::asio::any_io_executor& executor, EventQuery asked)
      : timer(executor), query(std::move(asked)) {}
  boost::asio::steady_timer timer;
  const EventQuery query;
  std::uint64_t left = 0;  // guarded by the ring's mutex
};

bool EventRing::process(std::span<const audit::EventPtr> events) {
  for (const audit::EventPtr& event : events) keep(event);
  return next_ == nullptr || next_->process(events);
}

void EventRing::keep(const audit::EventPtr& event) {
  const Lock lock(mutex_);
  events_.push_back(event);
  bytes_ += bytes_held_by(*event);
  while (events_.size() > kMaxEvents || (bytes_ > kMaxBytes && events_.size() > 1)) {
    bytes_ -= bytes_held_by(*events_.front());
    events_.pop_front();
    ++forgotten_;
  }
  for (const auto& waiter : waiters_) {
    if (waiter->left == 0 || !waiter->query.fits(*event) || --waiter->left != 0) continue;
    // It began to wait on that thread before it can get there.
    boost::asio::post(waiter->timer.get_executor(), [waiter] { waiter->timer.cancel(); });
  }
}

std::vector<audit::EventPtr> EventRing::find(const EventQuery& query) const {
  std::deque<audit::EventPtr> all;
  {
    const Lock lock(mutex_);
    all = events_;
  }
  std::vector<audit::EventPtr> found;
  for (audit::EventPtr& event : all) {
    if (query.fits(*event)) found.push_back(std::move(event));
  }
  return found;
}

boost::asio::awaitable<std::vector<audit::EventPtr>> EventRing::wait(EventQuery query) {
  auto executor = co_await boost::asio::this_coro::executor;
  const auto waiter = std::make_shared<Waiter>(executor, query);
  bool enough = true;
  {
    const Lock lock(mutex_);
    std::uint64_t there = 0;
    for (const audit::EventPtr& event : events_) there += query.fits(*event) ? 1 : 0;
    if (there < query.count) {
      enough = false;
      waiter->left = query.count - there;
      waiters_.push_back(waiter);
    }
  }
  if (!enough && query.wait.count() > 0) {
    waiter->timer.expires_after(
        std::chrono::duration_cast<std::chrono::steady_clock::duration>(query.wait));
    co_await waiter->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  {
    const Lock lock(mutex_);
    std::erase(waiters_, waiter);
  }
  co_return find(query);
}

std::size_t EventRing::clear() {
  const Lock lock(mutex_);
  bytes_ = 0;
  forgotten_ = 0;
  return std::exchange(events_, {}).size();
}

std::uint64_t EventRing::forgotten() const {
  const Lock lock(mutex_);
  return forgotten_;
}

}  // namespace kaudit::apiserver::testapi
