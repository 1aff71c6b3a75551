#include "apiserver/store/memory_store.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/store/past.hpp"

namespace kaudit::apiserver::store {
namespace {

constexpr std::size_t kBatch = 500;  // changes that a watcher gets at once

}  // namespace

/// A watcher's hold on its place in the hub; takes it out when the watch ends.
class MemoryStore::Registration final : public Watch {
 public:
  /// `start`: what the watcher has seen already; `joined`: from which version on the hub wakes it.
  Registration(MemoryStore& store, WatchHub::WatcherPtr watcher, std::uint64_t start,
               std::uint64_t joined)
      : store_(store), watcher_(std::move(watcher)), joined_(joined), seen_(start) {}
  ~Registration() override {
    const WriterLock lock(store_.mutex_);
    store_.hub_.leave(watcher_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

  asio::awaitable<std::vector<ChangePtr>> next(
      std::chrono::steady_clock::time_point deadline) override {
    if (given_ < behind_.size() && store_.restored_at_.load() <= joined_) co_return give();
    seen_ = std::max(seen_, joined_);
    if (given_ > 0) behind_ = std::vector<ChangePtr>();
    given_ = 0;
    for (;;) {
      // Most often it has just been given all there was, which needs no look at the store.
      if (!interrupted_ && WatchHub::rest(watcher_)) {
        // The hub wakes by a handler on this thread, so none can come between rest() and the wait.
        watcher_->wake().expires_at(deadline);
        const auto [error] =
            co_await watcher_->wake().async_wait(asio::as_tuple(asio::use_awaitable));
        if (!error) co_return take();  // the deadline
      }
      std::vector<ChangePtr> changes = take();
      if (std::exchange(interrupted_, false) || !changes.empty() || cut()) co_return changes;
    }
  }
  void interrupt() override {
    interrupted_ = true;
    watcher_->wake().cancel();
  }
  std::uint64_t seen() const override { return seen_; }
  bool cut() const override { return watcher_->cut(); }

  /// The changes under the prefix between `start` and `joined`.
  void catch_up(const History::View& since, std::string_view prefix) {
    since.for_each([&](const ChangePtr& change) {
      if (covers(prefix, *change->key)) behind_.push_back(change);
    });
  }

 private:
  std::vector<ChangePtr> give() {
    const std::size_t size = std::min(kBatch, behind_.size() - given_);
    const auto first = behind_.begin() + static_cast<std::ptrdiff_t>(given_);
    given_ += size;
    std::vector<ChangePtr> changes(first, first + static_cast<std::ptrdiff_t>(size));
    seen_ = given_ == behind_.size() ? joined_ : changes.back()->version();
    return changes;
  }
  std::vector<ChangePtr> take() {
    const ReaderLock lock(store_.mutex_);
    std::vector<ChangePtr> changes;
    const std::vector<std::uint64_t> versions =
        store_.hub_.take(watcher_, kBatch, store_.history_->forgotten());
    changes.reserve(versions.size());
    for (const std::uint64_t version : versions) changes.push_back(store_.history_->at(version));
    if (!cut()) {
      seen_ = std::max(seen_, versions.size() < kBatch ? store_.version_ : versions.back());
    }
    return changes;
  }

  MemoryStore& store_;
  const WatchHub::WatcherPtr watcher_;
  const std::uint64_t joined_;
  std::vector<ChangePtr> behind_;  // what came before the watcher joined
  std::size_t given_ = 0;          // of behind_
  std::uint64_t seen_;
  bool interrupted_ = false;
};

/// Lets the observer work when a write has given up the lock: stands before the lock.
class MemoryStore::Settling {
 public:
  explicit Settling(Observer* observer) noexcept : observer_(observer) {}
  ~Settling() {
    if (observer_ != nullptr) observer_->settle();
  }
  Settling(const Settling&) = delete;
  Settling& operator=(const Settling&) = delete;

 private:
  Observer* observer_;
};

MemoryStore::MemoryStore(MemoryStoreOptions options)
    : observer_(std::move(options.observer)),
      limits_{options.history, options.history_bytes},
      version_(options.start_version),
      history_(std::in_place, limits_, options.start_version),
      hub_(options.watch_pause) {}
MemoryStore::~MemoryStore() = default;

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::get(std::string_view key) {
  const ReaderLock lock(mutex_);
  const ObjectPtr* found = index_.find(key);
  if (found == nullptr) co_return tl::unexpected(Refusal::NotFound);
  co_return *found;
}

asio::awaitable<Outcome<Page>> MemoryStore::list(const ListRequest& request) {
  IndexSnapshot index;
  History::View since;
  std::uint64_t version = 0;
  {
    const ReaderLock lock(mutex_);
    version = request.at == 0 ? version_ : request.at;
    if (version > version_) co_return tl::unexpected(Refusal::NotReached);
    if (version < history_->forgotten()) co_return tl::unexpected(Refusal::Expired);
    since = history_->changes_after(version);
    index = index_.snapshot();
  }
  const Past past(since, request.prefix);
  Page page = read_page(index, past, request);
  page.resource_version = version;
  co_return page;
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::create(std::string_view key, Draft draft) {
  const auto stored_key = std::make_shared<const std::string>(key);
  const Settling settling(observer_.get());
  const WriterLock lock(mutex_);
  if (index_.find(key) != nullptr) co_return tl::unexpected(Refusal::AlreadyExists);
  // Version, index, history, watchers, all under one lock: a version exists only once its object
  // can be read, and a watcher that is woken finds the change that woke it.
  ObjectPtr object = std::move(draft).seal(++version_);
  index_.put(stored_key, object);
  record(Change::Type::Added, stored_key, object, nullptr);
  co_return object;
}

Outcome<ObjectPtr> MemoryStore::current(std::string_view key,
                                        std::uint64_t expected_version) const {
  const ObjectPtr* found = index_.find(key);
  if (found == nullptr) return tl::unexpected(Refusal::NotFound);
  if ((*found)->meta().resource_version != expected_version) {
    return tl::unexpected(Refusal::Changed);
  }
  return *found;
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::update(std::string_view key, Draft draft,
                                                        std::uint64_t expected_version) {
  const Settling settling(observer_.get());
  const WriterLock lock(mutex_);
  auto previous = current(key, expected_version);
  if (!previous || draft.same_as(**previous)) co_return previous;
  const Key stored_key = index_.stored_key(key);
  ObjectPtr object = std::move(draft).seal(++version_);
  index_.put(stored_key, object);
  record(Change::Type::Modified, stored_key, object, *std::move(previous));
  co_return object;
}

asio::awaitable<Outcome<ObjectPtr>> MemoryStore::remove(std::string_view key,
                                                        std::uint64_t expected_version) {
  const Settling settling(observer_.get());
  const WriterLock lock(mutex_);
  auto previous = current(key, expected_version);
  if (!previous) co_return previous;
  const Key stored_key = index_.stored_key(key);
  ObjectPtr object = (*previous)->at_version(++version_);
  index_.erase(key);
  record(Change::Type::Deleted, stored_key, object, *std::move(previous));
  co_return object;
}

void MemoryStore::record(Change::Type type, Key key, ObjectPtr object, ObjectPtr previous) {
  auto change = std::make_shared<const Change>(type, std::move(key), std::move(object),
                                               std::move(previous), history_->text_bytes());
  // The history first: adding a change may forget the oldest ones, and the hub cuts the watchers
  // that have not seen those.
  history_->add(change);
  tell(change);
  hub_.publish(*change->key, version_, history_->forgotten());
}

void MemoryStore::tell(const ChangePtr& change) const {
  if (observer_) observer_->committed(change);
}

asio::awaitable<Outcome<StartedWatch>> MemoryStore::watch(std::string_view prefix,
                                                          WatchStart start) {
  IndexSnapshot index;
  History::View since;
  std::unique_ptr<Registration> registration;
  StartedWatch started;
  {
    const WriterLock lock(mutex_);
    const std::uint64_t after = start.after.value_or(version_);
    if (after < history_->forgotten()) co_return tl::unexpected(Refusal::Expired);
    // History, snapshot and joining the hub under one lock: a write in between would be missed, or
    // seen twice.
    since = history_->changes_after(after);
    // From a version that is still to come: the hub passes over what comes before it.
    const std::uint64_t joined = std::max(after, version_);
    if (!start.after) index = index_.snapshot();
    started.resource_version = version_;
    registration = std::make_unique<Registration>(*this, hub_.join(prefix, start.executor, joined),
                                                  after, joined);
  }
  registration->catch_up(since, prefix);
  const ListRequest everything{std::string(prefix), "", 0, {}, 0};
  started.objects = read_page(index, {}, everything).objects;
  started.watch = std::move(registration);
  co_return started;
}

std::uint64_t MemoryStore::resource_version() const {
  const ReaderLock lock(mutex_);
  return version_;
}

IndexSnapshot MemoryStore::snapshot() const {
  const ReaderLock lock(mutex_);
  return index_.snapshot();
}

std::vector<ChangePtr> MemoryStore::restore(const IndexSnapshot& state) {
  const Settling settling(observer_.get());
  const WriterLock lock(mutex_);
  std::vector<ChangePtr> changes;
  const auto note = [&](Change::Type type, const Key& key, ObjectPtr object, ObjectPtr previous) {
    changes.push_back(
        std::make_shared<const Change>(type, key, std::move(object), std::move(previous)));
    tell(changes.back());
  };
  const IndexSnapshot now = index_.snapshot();
  auto then = state.lower_bound("");
  auto here = now.lower_bound("");
  ++version_;  // its own, so that whoever has seen everything is behind, too
  while (!then.at_end() || !here.at_end()) {
    if (then.at_end() || (!here.at_end() && here.key() < then.key())) {
      index_.erase(here.key());
      note(Change::Type::Deleted, here.stored_key(), here.object()->at_version(++version_),
           here.object());
      here.next();
      continue;
    }
    const bool both = !here.at_end() && here.key() == then.key();
    if (!both || here.object() != then.object()) {
      ObjectPtr object = then.object()->at_version(++version_);
      index_.put(then.stored_key(), object);
      note(both ? Change::Type::Modified : Change::Type::Added, then.stored_key(),
           std::move(object), both ? here.object() : nullptr);
    }
    if (both) here.next();
    then.next();
  }
  history_.emplace(limits_, version_);
  hub_.cut_all(version_);
  restored_at_.store(version_);
  return changes;
}

}  // namespace kaudit::apiserver::store
