#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "apiserver/api/api.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/testapi/write_gate.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::testapi {

/// The states of the store that can be gone back to: the one of the start, and others by name. What
/// they hold is what has changed since. Thread-safe.
class States {
 public:
  static constexpr std::size_t kMaxNames = 100;

  States(std::shared_ptr<store::MemoryStore> store, api::Api& api)
      : store_(std::move(store)), api_(api) {}

  struct Named {
    std::string name;
    store::IndexSnapshot objects;
    std::uint64_t resource_version = 0;
  };
  struct Restored {
    std::uint64_t resource_version = 0;
    std::size_t changed = 0;  ///< objects
  };

  /// What reset() goes back to is what there is now.
  void remember_start();
  /// Error: there are too many.
  Result<Named> take(std::string_view name);
  std::optional<Named> find(std::string_view name) const;
  std::vector<Named> list() const;
  bool remove(std::string_view name);
  /// Nullopt: writes that were under way did not end in time, nothing was changed.
  boost::asio::awaitable<std::optional<Restored>> restore(store::IndexSnapshot state);
  boost::asio::awaitable<std::optional<Restored>> reset();

  std::uint64_t resource_version() const { return store_->resource_version(); }
  /// Lets one of the server's own pieces of work begin; it ends with what it is given.
  boost::asio::awaitable<std::shared_ptr<void>> pass();
  WriteGate& gate() noexcept { return gate_; }
  /// Counts how often it was gone back.
  const std::atomic<std::uint64_t>& epoch() const noexcept { return epoch_; }

 private:
  store::IndexSnapshot start() const;

  const std::shared_ptr<store::MemoryStore> store_;
  api::Api& api_;
  WriteGate gate_;
  std::atomic<std::uint64_t> epoch_{0};
  mutable Mutex mutex_;
  store::IndexSnapshot start_ KAUDIT_GUARDED_BY(mutex_);
  std::map<std::string, Named, std::less<>> named_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::testapi
