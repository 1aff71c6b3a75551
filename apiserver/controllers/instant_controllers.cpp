#include "apiserver/controllers/instant_controllers.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "apiserver/api/delete/owner_index.hpp"
#include "apiserver/controllers/parts.hpp"
#include "apiserver/controllers/reconcile.hpp"
#include "apiserver/objects/kinds.hpp"
#include "base/logging.hpp"

namespace kaudit::apiserver::controllers {
namespace {

struct Row {
  Kind kind;
  awaitable<bool> (*reconcile)(Cluster&, Json);
};

constexpr Row kRows[] = {
    {kPod, reconcile_pod},
    {kReplicaSet, reconcile_replica_set},
    {kDeployment, reconcile_deployment},
    {kStatefulSet, reconcile_stateful_set},
    {kDaemonSet, reconcile_daemon_set},
    {kJob, reconcile_job},
    {kCronJob, reconcile_cron_job},
    {kClaim, reconcile_claim},
    {kService, reconcile_service},
};
constexpr std::string_view kNodes = "v1/nodes/";

constexpr int kMaxTries = 10;  // of one object, before somebody has to change it
constexpr std::chrono::milliseconds kFirstPause{20};
constexpr std::chrono::seconds kLongestSettling{10};
constexpr std::chrono::seconds kTick{1};  // the shortest time between two Jobs of a CronJob

}  // namespace

InstantControllers::InstantControllers(Options options)
    : gate_(std::move(options.gate)),
      store_(std::move(options.store)),
      cluster_(store_, *options.chain, std::move(options.users), std::move(options.version)) {
  for (const Row& row : kRows) {
    prefixes_.push_back(
        api::store_prefix(*objects::find_kind(row.kind.api_version, row.kind.kind), ""));
  }
}

InstantControllers::~InstantControllers() { stop(); }

void InstantControllers::start() {
  boost::asio::co_spawn(io_, run(), [](const std::exception_ptr& failed) {
    if (!failed) return;
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& error) {
      log_error("--instant-controllers have ended: {}", error.what());
    }
  });
  thread_ = std::thread([this] {
    io_.run();
    tell_settled();
  });
  Lock lock(mutex_);
  const bool settled = changed_.wait_for(lock, kLongestSettling,
                                         [this]() KAUDIT_REQUIRES(mutex_) { return settled_; });
  if (!settled) log_warning("--instant-controllers are still busy with what was there");
}

void InstantControllers::stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(io_, [this] {
    stopping_ = true;
    if (watch_ != nullptr) watch_->interrupt();
  });
  thread_.join();
}

void InstantControllers::clock_moved() {
  boost::asio::post(io_, [this] {
    next_tick_ = {};
    if (watch_ != nullptr) watch_->interrupt();
  });
}

void InstantControllers::tell_settled() {
  const Lock lock(mutex_);
  settled_ = true;
  changed_.notify_all();
}

awaitable<void> InstantControllers::run() {
  while (!stopping_) {
    const store::WatchStart start{std::nullopt, io_.get_executor()};
    auto started = co_await store_->watch("", start);
    if (!started) co_return;
    co_await follow(*std::move(started));
  }
}

/// Until the watch is cut, since everything was put back, or the server stops.
awaitable<void> InstantControllers::follow(store::StartedWatch started) {
  watch_ = started.watch.get();
  queue_.clear();
  queued_.clear();
  retries_.clear();
  failures_.clear();
  std::shared_ptr<void> pass;
  if (gate_) pass = co_await gate_();
  co_await register_node(cluster_);
  pass.reset();
  note_all(started.objects);
  started.objects = {};
  bool settled = false;
  while (!stopping_ && !watch_->cut()) {
    co_await work();
    auto until = Clock::time_point::max();
    if (!settled) until = Clock::now();
    if (!retries_.empty()) until = std::min(until, retries_.front().at);
    if (has_cron_jobs_) until = std::min(until, next_tick_);
    const auto changes = co_await watch_->next(until);
    for (const store::ChangePtr& change : changes) note(*change);
    if (std::exchange(nodes_changed_, false)) co_await note_waiting();
    enqueue_retries();
    if (has_cron_jobs_ && Clock::now() >= next_tick_) co_await enqueue_cron_jobs();
    if (changes.empty() && queue_.empty() && !settled) {
      settled = true;
      tell_settled();
    }
  }
  watch_ = nullptr;
}

awaitable<void> InstantControllers::work() {
  while (!queue_.empty() && !stopping_ && !watch_->cut()) {
    const Item item = std::move(queue_.front());
    queue_.pop_front();
    queued_.erase(item);
    std::shared_ptr<void> pass;
    if (gate_) pass = co_await gate_();
    const bool done = co_await reconcile(item);
    pass.reset();
    if (done) {
      failures_.erase(item);
    } else {
      try_again(item);
    }
  }
}

awaitable<bool> InstantControllers::reconcile(Item item) {
  const Row& row = kRows[item.row];
  auto object = co_await cluster_.get(row.kind, item.ns, item.name);
  if (!object) co_return true;
  co_return co_await row.reconcile(cluster_, *std::move(object));
}

void InstantControllers::enqueue(Item item) {
  if (queued_.insert(item).second) queue_.push_back(std::move(item));
}

void InstantControllers::try_again(Item item) {
  const int tries = ++failures_[item];
  if (tries >= kMaxTries) {
    log_warning("--instant-controllers give up on {} {}/{}: its requests are refused",
                kRows[item.row].kind.kind, item.ns, item.name);
    failures_.erase(item);
    return;
  }
  retries_.push_back({Clock::now() + kFirstPause * (1 << tries), std::move(item)});
  std::sort(retries_.begin(), retries_.end(),
            [](const Retry& a, const Retry& b) { return a.at < b.at; });
}

void InstantControllers::enqueue_retries() {
  const auto now = Clock::now();
  while (!retries_.empty() && retries_.front().at <= now) {
    enqueue(std::move(retries_.front().item));
    retries_.pop_front();
  }
}

awaitable<void> InstantControllers::enqueue_cron_jobs() {
  const std::vector<Json> all = co_await cluster_.list(kCronJob, "");
  has_cron_jobs_ = !all.empty();
  next_tick_ = Clock::now() + kTick;
  const auto row = static_cast<std::size_t>(
      std::ranges::find(kRows, kCronJob.kind, [](const Row& one) { return one.kind.kind; }) -
      std::begin(kRows));
  for (const Json& cron : all) {
    enqueue({row, std::string(meta(cron, "namespace")), std::string(meta(cron, "name"))});
  }
}

/// Of a CronJob that was made or changed; the others are looked at each second, in silence.
void InstantControllers::note_cron_job(const objects::Object& object) {
  has_cron_jobs_ = true;
  const Json tree = object.tree();
  const std::string_view zone = text_at(tree, {"spec", "timeZone"});
  if (is_known_zone(zone)) return;
  log_warning(
      "--instant-controllers: CronJob {}/{} does not fire: of time zones only UTC is known here, "
      "not {}",
      object.meta().ns, object.meta().name, zone);
}

void InstantControllers::note_object(std::string_view key, const objects::Object& object) {
  for (std::size_t row = 0; row < prefixes_.size(); ++row) {
    if (!key.starts_with(prefixes_[row])) continue;
    enqueue({row, object.meta().ns, object.meta().name});
    if (kRows[row].kind.kind == kCronJob.kind) note_cron_job(object);
    // Whoever controls it counts it.
    if (object.text().find("\"ownerReferences\"") == std::string_view::npos) return;
    const Json tree = object.tree();
    const Json* owner = controller_of(tree);
    if (owner == nullptr) return;
    for (std::size_t other = 0; other < prefixes_.size(); ++other) {
      if (owner->text("kind") == kRows[other].kind.kind) {
        enqueue({other, object.meta().ns, std::string(owner->text("name"))});
      }
    }
    return;
  }
}

void InstantControllers::note_all(const store::ObjectList& objects) {
  for (const store::ObjectPtr& object : objects) {
    const Json tree = object->tree();
    const objects::Resource* resource =
        objects::find_kind(tree.text("apiVersion"), tree.text("kind"));
    if (resource == nullptr) continue;
    note_object(api::store_prefix(*resource, object->meta().ns) + object->meta().name, *object);
  }
}

awaitable<void> InstantControllers::note_waiting() {
  for (const std::string_view kind : {kPod.kind, kDaemonSet.kind}) {
    for (std::size_t row = 0; row < std::size(kRows); ++row) {
      if (kRows[row].kind.kind != kind) continue;
      const std::vector<Json> all = co_await cluster_.list(kRows[row].kind, "");
      for (const Json& object : all) {
        enqueue({row, std::string(meta(object, "namespace")), std::string(meta(object, "name"))});
      }
    }
  }
}

void InstantControllers::note(const store::Change& change) {
  note_object(*change.key, *change.object);
  // Pods may have waited for a Node, and every DaemonSet wants to be there.
  const std::string& key = *change.key;
  if (key.starts_with(kNodes) && change.type != store::Change::Type::Modified) {
    nodes_changed_ = true;
  }
}

}  // namespace kaudit::apiserver::controllers
