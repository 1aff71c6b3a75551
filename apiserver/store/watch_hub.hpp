#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace kaudit::apiserver::store {

namespace asio = boost::asio;

/// Who waits for changes under which prefix. It keeps no changes, only their versions, once for all
/// watchers of a prefix: a watcher is a position in that list, so a thousand of them cost a change
/// no more than one, and a slow one holds nothing but its place.
///
/// The watchers of a thread are told in laps: all who have not seen the latest change, one after
/// the other. After a lap that took long comes a pause, in which the thread serves others; what
/// changes meanwhile is told together, by one write to each watcher.
///
/// What is not const needs the store's lock exclusively, unless it says otherwise. Lock order: the
/// store's mutex before a channel's.
class WatchHub {
  struct Channel;

 public:
  class Watcher;
  using WatcherPtr = std::shared_ptr<Watcher>;
  using Duration = std::chrono::steady_clock::duration;
  /// How long the pause is after a lap that took so long; zero for none.
  using PauseAfter = Duration (*)(Duration lap);

  /// As long as the lap, at most 50 ms; none after one of less than a millisecond.
  static Duration pause_after(Duration lap);

  explicit WatchHub(PauseAfter pause = pause_after);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  /// `version` is the latest one: the watcher hears of those after it.
  WatcherPtr join(std::string_view prefix, const asio::any_io_executor& executor,
                  std::uint64_t version);
  void leave(const WatcherPtr& watcher);
  /// Tells those whose prefix covers the key, and forgets the versions up to `forgotten`.
  void publish(const std::string& key, std::uint64_t version, std::uint64_t forgotten);
  /// Forgets all versions up to that one, which nobody has seen: cuts every watcher.
  void cut_all(std::uint64_t version);

  /// The versions that a watcher has not seen, at most `limit` of them; none when one of them has
  /// been forgotten, which cuts the watcher. Under the store's lock, shared; on the watcher's
  /// thread.
  std::vector<std::uint64_t> take(const WatcherPtr& watcher, std::size_t limit,
                                  std::uint64_t forgotten) const;
  /// Has a watcher woken by what comes next, or by what has come when the next lap begins. False,
  /// and nothing done, when there is something for it to take now. Without the store's lock; on the
  /// watcher's thread.
  static bool rest(const WatcherPtr& watcher);

 private:
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  using ChannelPtr = std::shared_ptr<Channel>;
  static void wake_all(const ChannelPtr& channel, std::uint64_t latest);
  static void begin_lap(const ChannelPtr& channel, std::size_t thread);
  void publish_to(std::string_view prefix, std::uint64_t version, std::uint64_t forgotten);

  const PauseAfter pause_after_;
  std::unordered_map<std::string, ChannelPtr, StringHash, std::equal_to<>> channels_;
};

/// One watcher's place. On its executor only, but for what take() touches.
class WatchHub::Watcher {
 public:
  Watcher(Channel& channel, const asio::any_io_executor& executor, std::size_t thread,
          std::uint64_t position)
      : wake_(executor), channel_(&channel), thread_(thread), position_(position) {}

  asio::steady_timer& wake() noexcept { return wake_; }
  bool cut() const noexcept { return cut_; }

 private:
  friend class WatchHub;
  asio::steady_timer wake_;
  Channel* const channel_;    // alive as long as the watcher has not left
  const std::size_t thread_;  // its place among those of the channel
  std::uint64_t position_;
  bool cut_ = false;
  bool idle_ = false;  // guarded by the channel's mutex
};

}  // namespace kaudit::apiserver::store
