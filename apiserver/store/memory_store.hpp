#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "apiserver/store/store.hpp"
#include "apiserver/store/watch_queue.hpp"

namespace kaudit::apiserver::store {

/// How much the memory store keeps for watchers.
struct MemoryStoreOptions {
  std::size_t history = 4096;         ///< changes that a watch may begin behind
  std::size_t watch_capacity = 1000;  ///< changes a watcher may be behind before it is cut
};

/// A Store in memory, sorted by key. Nothing here waits: its awaitables complete at once.
///
/// Lock order: mutex_ before a watcher's own. Under mutex_ there are a few steps on maps and queues
/// and at most one pass over the bytes of one object; reading and writing JSON is done before.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(MemoryStoreOptions options = {}) : options_(options) {}
  ~MemoryStore() override;

  asio::awaitable<Outcome<ObjectPtr>> get(std::string_view key) override;
  asio::awaitable<Outcome<Page>> list(const ListRequest& request) override;
  asio::awaitable<Outcome<ObjectPtr>> create(std::string_view key, Draft draft) override;
  asio::awaitable<Outcome<ObjectPtr>> update(std::string_view key, Draft draft,
                                             std::uint64_t expected_version) override;
  asio::awaitable<Outcome<ObjectPtr>> remove(std::string_view key,
                                             std::uint64_t expected_version) override;
  asio::awaitable<Outcome<StartedWatch>> watch(std::string_view prefix, WatchStart start) override;
  std::uint64_t resource_version() const override;

 private:
  using Objects = std::map<std::string, ObjectPtr, std::less<>>;
  struct Change {
    std::string key;
    WatchEvent event;
  };
  struct Watcher {
    std::string prefix;
    std::shared_ptr<WatchQueue> queue;
  };
  class Registration;

  Page page(const ListRequest& request) const;            // under mutex_
  void record(const std::string& key, WatchEvent event);  // under mutex_
  void forget(const WatchQueue* queue);

  const MemoryStoreOptions options_;
  mutable std::shared_mutex mutex_;
  Objects objects_;             // guarded by mutex_
  std::uint64_t version_ = 0;   // guarded by mutex_
  std::deque<Change> history_;  // guarded by mutex_
  std::uint64_t forgotten_ =
      0;  // guarded by mutex_; the last version that is no longer in history_
  std::vector<Watcher> watchers_;  // guarded by mutex_
};

}  // namespace kaudit::apiserver::store
