#include "apiserver/store/watch_hub.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "base/mutex.hpp"

namespace kaudit::apiserver::store {

/// All watchers of the same prefix.
struct WatchHub::Channel {
  explicit Channel(std::string_view of) : prefix(of) {}

  const std::string prefix;
  std::deque<std::uint64_t> versions;  // of the changes under the prefix, as far as they are kept
  std::uint64_t forgotten = 0;         // the last version that is no longer among them
  std::size_t watchers = 0;

  // Those who have seen all, by their thread: one message wakes all of a thread.
  struct Idle {
    asio::any_io_executor executor;
    std::vector<WatcherPtr> watchers;
  };
  Mutex mutex;
  std::vector<Idle> idle KAUDIT_GUARDED_BY(mutex);    // never shrinks
  std::uint64_t latest KAUDIT_GUARDED_BY(mutex) = 0;  // the last version that was to be told

  /// The place of a thread in `idle`.
  std::size_t place_of(const asio::any_io_executor& executor) {
    const Lock lock(mutex);
    const auto found = std::find_if(idle.begin(), idle.end(),
                                    [&](const Idle& each) { return each.executor == executor; });
    const auto place = static_cast<std::size_t>(found - idle.begin());
    if (found == idle.end()) idle.push_back({executor, {}});
    return place;
  }
};

WatchHub::WatchHub() = default;
WatchHub::~WatchHub() = default;

WatchHub::WatcherPtr WatchHub::join(std::string_view prefix, const asio::any_io_executor& executor,
                                    std::uint64_t version) {
  auto& channel = channels_[std::string(prefix)];
  if (!channel) channel = std::make_unique<Channel>(prefix);
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
  std::erase(channel.idle[watcher->thread_].watchers, watcher);
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
  wake_all(channel, version);
}

void WatchHub::cut_all(std::uint64_t version) {
  for (const auto& [prefix, channel] : channels_) {
    channel->versions.clear();
    channel->forgotten = version;
    wake_all(*channel, version);
  }
}

void WatchHub::wake_all(Channel& channel, std::uint64_t latest) {
  const Lock lock(channel.mutex);
  channel.latest = latest;
  for (Channel::Idle& idle : channel.idle) {
    if (idle.watchers.empty()) continue;
    for (const WatcherPtr& watcher : idle.watchers) watcher->idle_ = false;
    asio::post(idle.executor, [woken = std::exchange(idle.watchers, {})] {
      for (const WatcherPtr& watcher : woken) watcher->wake().cancel();
    });
  }
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
  if (channel.latest > watcher->position_) return false;
  if (!std::exchange(watcher->idle_, true)) {
    channel.idle[watcher->thread_].watchers.push_back(watcher);
  }
  return true;
}

}  // namespace kaudit::apiserver::store
