#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "apiserver/controllers/cluster.hpp"
#include "apiserver/store/store.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::controllers {

/// The controllers of a cluster, its scheduler and a kubelet, all of which are done at once
/// (--instant-controllers): Deployments become available, Jobs complete, Pods run. They write by
/// requests of their own, with events, as the users that they are in a real cluster.
///
/// One thread: start() and stop() are called once each, from another one.
class InstantControllers {
 public:
  /// Lets a piece of work begin, and holds whatever must not come in between until it has ended.
  using Gate = std::function<awaitable<std::shared_ptr<void>>()>;

  struct Options {
    std::shared_ptr<store::Store> store;
    http::Handler* chain = nullptr;  ///< must outlive them
    std::shared_ptr<const loopback::OwnUsers> users;
    std::string version;  ///< of Kubernetes
    Gate gate = {};       ///< may be null: nothing has to be waited for
  };
  explicit InstantControllers(Options options);
  ~InstantControllers();
  InstantControllers(const InstantControllers&) = delete;
  InstantControllers& operator=(const InstantControllers&) = delete;

  /// Begins, and waits until there is nothing left to do for what is there (not for ever).
  void start();
  void stop();
  /// Time has changed otherwise than by passing: CronJobs may be due. From any thread.
  void clock_moved();

 private:
  using Clock = std::chrono::steady_clock;
  /// An object by its kind's row and its place.
  struct Item {
    std::size_t row = 0;
    std::string ns;
    std::string name;
    friend auto operator<=>(const Item&, const Item&) = default;
  };
  struct Retry {
    Clock::time_point at;
    Item item;
  };

  awaitable<void> run();
  awaitable<void> follow(store::StartedWatch started);
  awaitable<void> work();
  awaitable<bool> reconcile(Item item);
  void note(const store::Change& change);
  void note_object(std::string_view key, const objects::Object& object);
  void note_cron_job(const objects::Object& object);
  void note_all(const store::ObjectList& objects);
  awaitable<void> note_waiting();
  void enqueue(Item item);
  void try_again(Item item);
  void enqueue_retries();
  awaitable<void> enqueue_cron_jobs();
  void tell_settled();

  const Gate gate_;
  const std::shared_ptr<store::Store> store_;
  Cluster cluster_;
  std::vector<std::string> prefixes_;  // of the rows, in the store
  boost::asio::io_context io_{1};
  std::thread thread_;
  // On the thread only.
  bool stopping_ = false;
  bool nodes_changed_ = false;
  bool has_cron_jobs_ = false;
  Clock::time_point next_tick_{};  // when CronJobs are looked at
  store::Watch* watch_ = nullptr;
  std::deque<Item> queue_;
  std::set<Item> queued_;
  std::map<Item, int> failures_;
  std::deque<Retry> retries_;

  Mutex mutex_;
  Condition changed_;
  bool settled_ KAUDIT_GUARDED_BY(mutex_) = false;
};

}  // namespace kaudit::apiserver::controllers
