#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include "apiserver/objects/object.hpp"
#include "apiserver/store/change.hpp"
#include "apiserver/store/object_list.hpp"

namespace kaudit::apiserver::store {

namespace asio = boost::asio;
using objects::Draft;

/// Why the store did not do what was asked.
enum class Refusal : std::uint8_t {
  NotFound,
  AlreadyExists,
  Changed,      ///< the object is not at the version that was expected
  Expired,      ///< the changes since that version are no longer kept
  NotReached,   ///< that version is still to come
  Unavailable,  ///< the storage does not answer
};

template <typename T>
using Outcome = tl::expected<T, Refusal>;

/// Which objects a caller wants to see. Called on any thread.
using Filter = std::function<bool(const objects::Object&)>;

struct ListRequest {
  std::string prefix;     ///< what is listed; see covers()
  std::string from;       ///< leave out the keys before this one; "" = none
  std::size_t limit = 0;  ///< 0 = no limit
  Filter filter = {};     ///< null: all; `limit` counts what passes it
  std::uint64_t at = 0;   ///< as it was at this version; 0 = now
};

/// Objects by key, as they were together at one moment, whatever becomes of them since.
struct Page {
  ObjectList objects;
  std::uint64_t resource_version = 0;  ///< of that moment
  /// How many more objects there are after the page, whether they pass the filter or not.
  std::size_t remaining = 0;
};

/// The changes under a prefix, in order and without gaps. Used from one thread, that of the
/// executor it was made with.
class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  virtual ~Watch() = default;

  /// Waits for changes and gives them, a bounded number at a time; nothing when the deadline has
  /// passed, interrupt() was called, or the watch has ended.
  virtual asio::awaitable<std::vector<ChangePtr>> next(
      std::chrono::steady_clock::time_point deadline) = 0;
  /// Ends the waiting in next(), now or the next time. (Once: next() may be called again.)
  virtual void interrupt() = 0;
  /// Every change up to this version has been given out by next().
  virtual std::uint64_t seen() const = 0;
  /// True once the watcher was too slow and changes it has not seen are forgotten; there is nothing
  /// more to come.
  virtual bool cut() const = 0;
};

/// Where a watch begins: with what exists now, or after a resourceVersion.
struct WatchStart {
  /// Nullopt: give what exists in `objects`, then every change; a version to come: what comes after
  /// that.
  std::optional<std::uint64_t> after;
  asio::any_io_executor executor;  ///< of an io_context with one thread
};

struct StartedWatch {
  ObjectList objects;
  std::uint64_t resource_version = 0;
  std::unique_ptr<Watch> watch;
};

/// Objects by key, with one global resourceVersion: each change that changes something takes the
/// next number, a deletion too. Keys are `group/version/resource/namespace/name`, so that a prefix
/// is a resource or a namespace of it, and a whole key that one object (covers()). Writes name the
/// version they expect (compare and swap); what to do when it has moved on is the caller's affair.
/// This is what etcd offers too: its revision is the resourceVersion, a write a transaction on
/// mod_revision. Thread-safe.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  virtual asio::awaitable<Outcome<ObjectPtr>> get(std::string_view key) = 0;
  /// Expired, NotReached: of `request.at`.
  virtual asio::awaitable<Outcome<Page>> list(const ListRequest& request) = 0;
  virtual asio::awaitable<Outcome<ObjectPtr>> create(std::string_view key, Draft draft) = 0;
  /// A draft that says what is stored already changes nothing: the answer is the stored object, at
  /// its old version.
  virtual asio::awaitable<Outcome<ObjectPtr>> update(std::string_view key, Draft draft,
                                                     std::uint64_t expected_version) = 0;
  /// Gives the object as it last was, with the deletion's resourceVersion.
  virtual asio::awaitable<Outcome<ObjectPtr>> remove(std::string_view key,
                                                     std::uint64_t expected_version) = 0;
  /// Expired: the changes after `start.after` are no longer all known.
  virtual asio::awaitable<Outcome<StartedWatch>> watch(std::string_view prefix,
                                                       WatchStart start) = 0;
  /// The version of the latest change.
  virtual std::uint64_t resource_version() const = 0;
};

}  // namespace kaudit::apiserver::store
