#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

#include "apiserver/explorer/receiver/receiver_order.hpp"
#include "base/mutex.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::explorer {

/// What the built-in receiver was told, and what it got. Any thread.
class ReceiverLedger {
 public:
  static constexpr std::size_t kShownTries = 20;
  static constexpr std::size_t kRemembered = 20'000;                ///< events that are known again
  static constexpr std::size_t kKeptBytes = std::size_t{1} << 20U;  ///< of the latest list

  /// A list that has come.
  struct Try {
    std::uint64_t number = 0;  ///< from 1
    Mood mood = Mood::Take;    ///< that it met
    std::chrono::milliseconds delay{0};
    std::uint64_t order = 0;  ///< which order was in force, see superseded()
  };

  void obey(const ReceiverOrder& order);
  /// Takes whatever comes from now on, and lets go of what waits: the server stops.
  void release();

  /// Notes a list, which is an EventList's JSON, and says how to take it.
  Try begin(std::string_view list);
  /// Says how that ended: `200`, `500`, `no answer`, `the sender left`.
  void end(std::uint64_t number, std::string_view answer);
  /// Whether the receiver has been told something else since.
  bool superseded(std::uint64_t order) const;

  /// The latest list that was taken, as it came; "" when it is too large to be kept.
  std::string latest() const;

  /// Appends what the page shows: `{"mood":…,"left":…,"lists":…,"events":…,"twice":…,"tries":[…]}`,
  /// the latest try first. Lists that were not taken count as lists, their events do not count.
  void append_to(std::string& out, std::string_view url) const;

 private:
  struct Shown {
    std::uint64_t number = 0;
    Timestamp at;
    Mood mood = Mood::Take;
    std::size_t events = 0;
    std::size_t twice = 0;  ///< of them taken before
    std::size_t bytes = 0;
    std::string answer;  ///< "" as long as there is none
    std::chrono::steady_clock::time_point began;
    std::chrono::milliseconds took{0};
  };

  void take(std::string_view list, Shown& shown) KAUDIT_REQUIRES(mutex_);
  bool is_new(std::string key) KAUDIT_REQUIRES(mutex_);

  mutable Mutex mutex_;
  ReceiverOrder order_ KAUDIT_GUARDED_BY(mutex_);
  std::int64_t left_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t orders_ KAUDIT_GUARDED_BY(mutex_) = 0;
  bool released_ KAUDIT_GUARDED_BY(mutex_) = false;
  std::deque<Shown> tries_ KAUDIT_GUARDED_BY(mutex_);
  std::uint64_t lists_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t events_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t twice_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::uint64_t bytes_ KAUDIT_GUARDED_BY(mutex_) = 0;
  std::string latest_ KAUDIT_GUARDED_BY(mutex_);
  std::unordered_set<std::string> known_ KAUDIT_GUARDED_BY(mutex_);
  std::deque<std::string> known_in_order_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::explorer
