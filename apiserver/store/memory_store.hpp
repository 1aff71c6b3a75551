#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/store/history.hpp"
#include "apiserver/store/observer.hpp"
#include "apiserver/store/sorted_index.hpp"
#include "apiserver/store/store.hpp"
#include "apiserver/store/watch_hub.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::store {

/// How much of the past the memory store keeps: how far back a watch may begin, and how far back a
/// list may look. A watcher that falls further behind is cut.
struct MemoryStoreOptions {
  std::size_t history = 100'000;                       ///< changes
  std::size_t history_bytes = std::size_t{64} << 20U;  ///< of the objects in them and their texts
  /// The resourceVersion before the first change. A store that starts over must begin above all
  /// that it gave out before, so that a client with an old version is sent to list again (410).
  std::uint64_t start_version = 0;
  std::shared_ptr<Observer> observer = nullptr;  ///< null: nobody looks on
  /// How long a thread's watchers are left alone after they were told of changes for so long.
  WatchHub::PauseAfter watch_pause = WatchHub::pause_after;
};

/// A Store in memory. Nothing here waits: its awaitables complete at once.
///
/// Under mutex_ there are a few steps down a tree and at most one pass over the bytes of one
/// object, whatever the size of the store: lists are read from a snapshot, filters are asked and
/// JSON is read and written without it.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(MemoryStoreOptions options = {});
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

  /// All objects as they are now. It costs nothing, and what it holds while the store goes on is
  /// what has changed since.
  IndexSnapshot snapshot() const;
  /// Puts back what there was then, as if the past had been compacted: every version that was given
  /// out is forgotten, so watches are cut and lists of old versions expired. Versions go on: what
  /// differs gets a new one. Gives what was changed; the observer hears of it before this returns.
  std::vector<ChangePtr> restore(const IndexSnapshot& state);

 private:
  class Registration;
  class Settling;

  /// The object at that key, when it is at that version.
  Outcome<ObjectPtr> current(std::string_view key, std::uint64_t expected_version) const
      KAUDIT_REQUIRES_SHARED(mutex_);
  void record(Change::Type type, Key key, ObjectPtr object, ObjectPtr previous)
      KAUDIT_REQUIRES(mutex_);

  /// The same without the history and those who watch.
  void tell(const ChangePtr& change) const;

  const std::shared_ptr<Observer> observer_;
  const History::Limits limits_;
  std::atomic<std::uint64_t> restored_at_{0};  ///< the version of the latest restore()
  mutable SharedMutex mutex_;
  SortedIndex index_ KAUDIT_GUARDED_BY(mutex_);
  std::uint64_t version_ KAUDIT_GUARDED_BY(mutex_);
  std::optional<History> history_ KAUDIT_GUARDED_BY(mutex_);
  WatchHub hub_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::store
