#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "apiserver/http/round.hpp"
#include "audit/counters.hpp"
#include "audit/event.hpp"
#include "audit/sink.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::filters {

/// The lines that the events of a round have made, of the requests that a thread works on together:
/// delivered by one call at its end, where each would have cost a write of its own. Lives on that
/// thread; held by the requests that wait for it.
class RoundLines final : public http::WaitList::Task {
 public:
  RoundLines(http::Round& round, audit::ByLine& to, audit::Counters& counters)
      : round_(round), to_(to), in_hand_(std::in_place, counters) {}

  /// Adds an event's line to those of the round that is under way. Throws std::bad_alloc.
  static std::shared_ptr<RoundLines> add(http::Round& round, audit::ByLine& to,
                                         audit::Counters& counters, const audit::Event& event);

  /// To be awaited at once: whether all of them were taken. (Who is asked for one of some that were
  /// not cannot tell which: each has been counted and named.)
  boost::asio::awaitable<bool> taken();

 private:
  void go_on() noexcept override;

  http::Round& round_;
  audit::ByLine& to_;
  std::optional<audit::Counters::InHand> in_hand_;
  SpareText lines_;
  bool taken_ = false;
};

}  // namespace kaudit::apiserver::filters
