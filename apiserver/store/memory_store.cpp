#include "apiserver/store/memory_store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace kaudit::apiserver::store {

/// A watcher's hold on its queue; takes it out of the store when the watch ends.
class MemoryStore::Registration final : public Watch {
 public:
  Registration(MemoryStore& store, std::shared_ptr<WatchQueue> queue)
      : store_(store), queue_(std::move(queue)) {}
  ~Registration() override { store_.forget(queue_.get()); }

  asio::awaitable<std::vector<WatchEvent>> next(
      std::chrono::steady_clock::time_point deadline) override {
    return queue_->next(deadline);
  }
  void interrupt() override { queue_->interrupt(); }
  bool cut() const override { return queue_->cut(); }

 private:
  MemoryStore& store_;
  const std::shared_ptr<WatchQueue> queue_;
};

MemoryStore::~MemoryStore() = default;

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::get(std::string_view key) {
  const std::shared_lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) co_return tl::unexpected(Refusal::NotFound);
  co_return found->second;
}

Page MemoryStore::page(const ListRequest& request) const {
  Page page;
  page.resource_version = version_;
  auto position = request.after.empty() ? objects_.lower_bound(request.prefix)
                                        : objects_.upper_bound(request.after);
  for (; position != objects_.end() && position->first.starts_with(request.prefix); ++position) {
    if (request.limit != 0 && page.objects.size() == request.limit) {
      ++page.remaining;
    } else {
      page.objects.push_back(position->second);
    }
  }
  return page;
}

asio::awaitable<Outcome<Page>> MemoryStore::list(const ListRequest& request) {
  const std::shared_lock lock(mutex_);
  co_return page(request);
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::create(std::string_view key, Draft draft) {
  const std::unique_lock lock(mutex_);
  const auto place = objects_.lower_bound(key);
  if (place != objects_.end() && place->first == key) {
    co_return tl::unexpected(Refusal::AlreadyExists);
  }
  ObjectPtr object = std::move(draft).seal(++version_);
  objects_.emplace_hint(place, key, object);
  record(std::string(key), {WatchEvent::Type::Added, object, nullptr});
  co_return object;
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::update(std::string_view key, Draft draft,
                                                        std::uint64_t expected_version) {
  const std::unique_lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) co_return tl::unexpected(Refusal::NotFound);
  if (found->second->meta().resource_version != expected_version) {
    co_return tl::unexpected(Refusal::Changed);
  }
  if (draft.same_as(*found->second)) co_return found->second;
  ObjectPtr object = std::move(draft).seal(++version_);
  ObjectPtr previous = std::exchange(found->second, object);
  record(found->first, {WatchEvent::Type::Modified, object, std::move(previous)});
  co_return object;
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::remove(std::string_view key,
                                                        std::uint64_t expected_version) {
  const std::unique_lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) co_return tl::unexpected(Refusal::NotFound);
  if (found->second->meta().resource_version != expected_version) {
    co_return tl::unexpected(Refusal::Changed);
  }
  ObjectPtr object = found->second->at_version(++version_);
  record(found->first, {WatchEvent::Type::Deleted, object, found->second});
  objects_.erase(found);
  co_return object;
}

void MemoryStore::record(const std::string& key, WatchEvent event) {
  for (const Watcher& watcher : watchers_) {
    if (key.starts_with(watcher.prefix)) watcher.queue->push(event);
  }
  history_.push_back({key, std::move(event)});
  if (history_.size() > options_.history) {
    forgotten_ = history_.front().event.object->meta().resource_version;
    history_.pop_front();
  }
}

asio::awaitable<Outcome<StartedWatch>> MemoryStore::watch(std::string_view prefix,
                                                          WatchStart start) {
  StartedWatch started;
  std::shared_ptr<WatchQueue> queue;
  {
    const std::unique_lock lock(mutex_);
    std::vector<WatchEvent> behind;
    if (!start.after) {
      started.objects = page({std::string(prefix), "", 0}).objects;
    } else if (*start.after < forgotten_) {
      co_return tl::unexpected(Refusal::Expired);
    } else {
      for (const Change& change : history_) {
        const bool later = change.event.object->meta().resource_version > *start.after;
        if (later && change.key.starts_with(prefix)) behind.push_back(change.event);
      }
    }
    started.resource_version = version_;
    queue =
        std::make_shared<WatchQueue>(start.executor, options_.watch_capacity, std::move(behind));
    watchers_.push_back({std::string(prefix), queue});
  }
  started.watch = std::make_unique<Registration>(*this, queue);
  co_return started;
}

void MemoryStore::forget(const WatchQueue* queue) {
  const std::unique_lock lock(mutex_);
  std::erase_if(watchers_, [&](const Watcher& watcher) { return watcher.queue.get() == queue; });
}

std::uint64_t MemoryStore::resource_version() const {
  const std::shared_lock lock(mutex_);
  return version_;
}

}  // namespace kaudit::apiserver::store
