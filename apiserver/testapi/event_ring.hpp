#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/testapi/event_query.hpp"
#include "audit/sink.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::testapi {

/// The latest events, for tests that ask what was recorded. A sink beside the backends: events go
/// on to `next` unchanged, whose word on them counts. Thread-safe.
class EventRing final : public audit::Sink {
 public:
  /// The oldest events go when there are more than these, or their bodies are more bytes.
  static constexpr std::size_t kMaxEvents = 10'000;
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

  /// `next` may be null: then the ring is all there is. It must outlive the ring.
  explicit EventRing(audit::Sink* next = nullptr) : next_(next) {}

  bool process(std::span<const audit::EventPtr> events) override;
  bool may_wait() const noexcept override { return next_ != nullptr && next_->may_wait(); }

  std::vector<audit::EventPtr> find(const EventQuery& query) const;
  /// The same, once there are as many as the query counts, or its time is over.
  boost::asio::awaitable<std::vector<audit::EventPtr>> wait(EventQuery query);
  /// Gives how many there were.
  std::size_t clear();
  /// How many were dropped for want of room since the last clear().
  std::uint64_t forgotten() const;

 private:
  struct Waiter;
  void keep(const audit::EventPtr& event);

  audit::Sink* const next_;
  mutable Mutex mutex_;
  std::deque<audit::EventPtr> events_ KAUDIT_GUARDED_BY(mutex_);
  std::size_t bytes_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t forgotten_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<Waiter>> waiters_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::testapi
