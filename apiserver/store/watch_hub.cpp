#include "apiserver/store/watch_hub.hpp"

#include <algorithm>
#include <iterator>

#include <boost/asio/post.hpp>

#include "base/mutex.hpp"

namespace kaudit::apiserver::store {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLongLap(1);
constexpr std::chrono::milliseconds kLongestPause(50);

}  // namespace

/// All watchers of the same prefix. What is posted to a thread holds it, too: its last watcher may
/// leave meanwhile.
struct WatchHub::Channel {
  Channel(std::string_view of, PauseAfter pause) : prefix(of), pause_after(pause) {}

  const std::string prefix;
  const PauseAfter pause_after;
  std::deque<std::uint64_t> versions;  // of the changes under the prefix, as far as they are kept
  std::uint64_t forgotten = 0;         // the last version that is no longer among them
  std::size_t watchers = 0;

  // Those to be woken, by their thread: one message wakes all of a thread.
  struct Lane {
    asio::any_io_executor executor;
    std::vector<WatcherPtr> idle;
    bool busy = false;  // a lap is to come or on its way, or the pause behind it
  };
  Mutex mutex;
  std::vector<Lane> lanes KAUDIT_GUARDED_BY(mutex);   // never shrinks
  std::uint64_t latest KAUDIT_GUARDED_BY(mutex) = 0;  // the last version that was to be told

  /// The place of a thread in `lanes`.
  std::size_t place_of(const asio::any_io_executor& executor) {
    const Lock lock(mutex);
    const auto found = std::find_if(lanes.begin(), lanes.end(),
                                    [&](const Lane& each) { return each.executor == executor; });
    const auto place = static_cast<std::size_t>(found - lanes.begin());
    if (found == lanes.end()) lanes.push_back({executor, {}});
    return place;
  }
};

WatchHub::Duration WatchHub::pause_after(Duration lap) {
  return lap < kLongLap ? Duration(0) : std::min<Duration>(lap, kLongestPause);
}

WatchHub::WatchHub(PauseAfter pause) : pause_after_(pause) {}
WatchHub::~WatchHub() = default;

WatchHub::WatcherPtr WatchHub::join(std::string_view prefix, const asio::any_io_executor& executor,
                                    std::uint64_t version) {
  auto& channel = channels_[std::string(prefix)];
  if (!channel) channel = std::make_shared<Channel>(prefix, pause_after_);
  ++channel->watchers;
  return std::make_shared<Watcher>(*channel, executor, channel->place_of(executor), version);
}

void WatchHub::leave(const WatcherPtr& watcher) {
  Channel& channel = *watcher->channel_;
  if (--channel.watchers == 0) {
    channels_.erase(channel.prefix);
    return;
  }
  const Lock lock(channel.mutex);
  if (!watcher->idle_) return;
  std::erase(channel.lanes[watcher->thread_].idle, watcher);
}

void WatchHub::publish(const std::string& key, std::uint64_t version, std::uint64_t forgotten) {
  if (channels_.empty()) return;
  const std::string_view all = key;
  publish_to("", version, forgotten);
  for (std::size_t slash = all.find('/'); slash != all.npos; slash = all.find('/', slash + 1)) {
    publish_to(all.substr(0, slash + 1), version, forgotten);
  }
  publish_to(all, version, forgotten);
}

void WatchHub::publish_to(std::string_view prefix, std::uint64_t version, std::uint64_t forgotten) {
  const auto found = channels_.find(prefix);
  if (found == channels_.end()) return;
  Channel& channel = *found->second;
  channel.versions.push_back(version);
  while (channel.versions.front() <= forgotten) {
    channel.forgotten = channel.versions.front();
    channel.versions.pop_front();
  }
  wake_all(found->second, version);
}

void WatchHub::cut_all(std::uint64_t version) {
  for (const auto& [prefix, channel] : channels_) {
    channel->versions.clear();
    channel->forgotten = version;
    wake_all(channel, version);
  }
}

void WatchHub::wake_all(const ChannelPtr& channel, std::uint64_t latest) {
  const Lock lock(channel->mutex);
  channel->latest = latest;
  for (std::size_t i = 0; i < channel->lanes.size(); ++i) {
    Channel::Lane& lane = channel->lanes[i];
    if (lane.busy || lane.idle.empty()) continue;
    asio::post(lane.executor, [channel, i] { begin_lap(channel, i); });
    lane.busy = true;
  }
}

/// On the thread of the lane.
void WatchHub::begin_lap(const ChannelPtr& channel, std::size_t thread) {
  std::vector<WatcherPtr> woken;
  asio::any_io_executor executor;
  {
    const Lock lock(channel->mutex);
    Channel::Lane& lane = channel->lanes[thread];
    const auto behind = std::partition(
        lane.idle.begin(), lane.idle.end(),
        [latest = channel->latest](const WatcherPtr& each) { return each->position_ >= latest; });
    woken.assign(std::make_move_iterator(behind), std::make_move_iterator(lane.idle.end()));
    lane.idle.erase(behind, lane.idle.end());
    for (const WatcherPtr& watcher : woken) watcher->idle_ = false;
    lane.busy = !woken.empty();
    executor = lane.executor;
  }
  if (woken.empty()) return;
  const Clock::time_point began = Clock::now();
  for (const WatcherPtr& watcher : woken) watcher->wake().cancel();
  // Those who were woken stand in the thread's queue now: this comes behind them. What changes
  // until the next lap, now or after the pause, is told with it.
  asio::post(executor, [channel, thread, executor, began] {
    const Duration pause = channel->pause_after(Clock::now() - began);
    if (pause == Duration(0)) return begin_lap(channel, thread);
    const auto timer = std::make_shared<asio::steady_timer>(executor, pause);
    timer->async_wait([timer, channel, thread](const boost::system::error_code& /*over*/) {
      begin_lap(channel, thread);
    });
  });
}

namespace {

/// Where the versions after that one begin. Most watchers are near the end, so the search begins
/// there.
std::deque<std::uint64_t>::const_iterator first_after(const std::deque<std::uint64_t>& versions,
                                                      std::uint64_t version) {
  const std::size_t size = versions.size();
  std::size_t back = 1;
  while (back < size && versions[size - back] > version) back *= 2;
  const auto end = versions.end();
  return std::upper_bound(end - static_cast<std::ptrdiff_t>(std::min(back, size)), end, version);
}

}  // namespace

std::vector<std::uint64_t> WatchHub::take(const WatcherPtr& watcher, std::size_t limit,
                                          std::uint64_t forgotten) const {
  const Channel& channel = *watcher->channel_;
  std::vector<std::uint64_t> taken;
  const auto first = first_after(channel.versions, watcher->position_);
  if (watcher->position_ < channel.forgotten ||
      (first != channel.versions.end() && *first <= forgotten)) {
    watcher->cut_ = true;
  }
  if (watcher->cut_) return taken;
  const auto size =
      std::min<std::ptrdiff_t>(channel.versions.end() - first, static_cast<std::ptrdiff_t>(limit));
  taken.assign(first, first + size);
  if (!taken.empty()) watcher->position_ = taken.back();
  return taken;
}

bool WatchHub::rest(const WatcherPtr& watcher) {
  Channel& channel = *watcher->channel_;
  const Lock lock(channel.mutex);
  Channel::Lane& lane = channel.lanes[watcher->thread_];
  if (channel.latest > watcher->position_ && !lane.busy) return false;
  if (!std::exchange(watcher->idle_, true)) lane.idle.push_back(watcher);
  return true;
}

}  // namespace kaudit::apiserver::store
