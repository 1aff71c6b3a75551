// The property that clients build on: one that lists and watches, breaks off and comes back, sees
// at each resourceVersion that it reaches what the store held at that version.
#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/api.hpp"
#include "apiserver/store/memory_store.hpp"
#include "apiserver/store/testing/run.hpp"
#include "apiserver/testing/fake_exchange.hpp"
#include "apiserver/testing/serve.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using objects::ObjectPtr;
using View = std::map<std::string, std::uint64_t>;  // name -> resourceVersion

constexpr std::string_view kPrefix = "v1/configmaps/default/";
const std::string kPath = "/api/v1/namespaces/default/configmaps";

/// What was written, by version, from the writers' own answers.
class Record {
 public:
  struct Write {
    std::string name;
    std::string tier;  // "" = deleted
  };
  void add(std::uint64_t version, Write write) {
    const Lock lock(mutex_);
    writes_[version] = std::move(write);
  }
  /// What a watcher of a tier ("" = of all) should have seen at each of those versions.
  std::map<std::uint64_t, View> views(const std::set<std::uint64_t>& versions,
                                      const std::string& tier) const {
    const Lock lock(mutex_);
    std::map<std::uint64_t, View> views;
    View now;
    auto write = writes_.begin();
    for (const std::uint64_t version : versions) {
      for (; write != writes_.end() && write->first <= version; ++write) {
        const auto& [name, now_tier] = write->second;
        now.erase(name);
        if (!now_tier.empty() && (tier.empty() || now_tier == tier)) now[name] = write->first;
      }
      views[version] = now;
    }
    return views;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::uint64_t, Write> writes_ KAUDIT_GUARDED_BY(mutex_);
};

objects::Draft draft(const std::string& name, const std::string& tier, unsigned salt) {
  const std::string text = R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":")" + name +
                           R"(","namespace":"default","labels":{"tier":")" + tier +
                           R"("}},"data":{"salt":")" + std::to_string(salt) + R"("}})";
  return objects::Draft(objects::Json::parse(text).value());
}

void write_at_random(store::Store& store, Record& record, unsigned seed, int writes) {
  std::mt19937 random(seed);
  for (int i = 0; i < writes; ++i) {
    const std::string name = "o" + std::to_string(random() % 24);
    const std::string key = std::string(kPrefix) + name;
    const std::string tier = random() % 2 == 0 ? "x" : "y";
    const auto current = store::testing::run(store.get(key));
    if (!current) {
      const auto made = store::testing::run(store.create(key, draft(name, tier, random())));
      if (made) record.add((*made)->meta().resource_version, {name, tier});
      continue;
    }
    const std::uint64_t version = (*current)->meta().resource_version;
    if (random() % 4 == 0) {
      const auto gone = store::testing::run(store.remove(key, version));
      if (gone) record.add((*gone)->meta().resource_version, {name, ""});
    } else {
      const auto made =
          store::testing::run(store.update(key, draft(name, tier, random()), version));
      if (made) record.add((*made)->meta().resource_version, {name, tier});
    }
  }
}

/// A client that keeps a copy of a selection, on a thread of its own.
class Informer {
 public:
  Informer(const Api& api, unsigned seed, std::string tier)
      : api_(api), random_(seed), tier_(std::move(tier)) {}

  /// Until it has seen everything up to `goal`, which is 0 while nobody knows.
  void run(const std::atomic<std::uint64_t>& goal) {
    for (int session = 0; session < 100'000 && !failed_; ++session) {
      if (goal != 0 && version_ >= goal) return;
      if (!synced_) {
        random_() % 2 == 0 ? list()
                           : watch(
                                 "&sendInitialEvents=true"
                                 "&resourceVersionMatch=NotOlderThan");
      } else {
        watch("&resourceVersion=" + std::to_string(version_));
      }
    }
    fail("did not get to the end");
  }

  /// Compares all that it saw with what was written.
  void expect_faithful(const Record& record) const {
    EXPECT_EQ(failed_.value_or(""), "");
    std::set<std::uint64_t> versions;
    for (const auto& [version, view] : reached_) versions.insert(version);
    const auto wanted = record.views(versions, tier_);
    for (const auto& [version, view] : reached_) {
      ASSERT_EQ(view, wanted.at(version)) << "at " << version << " of tier '" << tier_ << "'";
    }
  }
  std::size_t reached() const { return reached_.size(); }
  int restarts() const { return restarts_; }

 private:
  void fail(const std::string& why) {
    if (!failed_) failed_ = why;
  }

  /// Sends a request; `on_piece` sees what comes and says whether to stay.
  std::string ask(const std::string& query, const std::function<bool(std::string_view)>& on_piece) {
    http::Request request;
    request.method = "GET";
    request.target =
        kPath + "?" + (tier_.empty() ? "" : "labelSelector=tier%3D" + tier_ + "&") + query;
    apiserver::testing::FakeExchange exchange(io_, request);
    RequestScope scope(exchange);
    exchange.on_write = [&](std::string_view piece) {
      if (!on_piece(piece)) scope.cancellation.cancel(Cancellation::Reason::ClientGone);
    };
    scope.url = request::Url::parse("GET", request.target).value();
    scope.info = request::make_request_info("GET", scope.url).value();
    bool done = false;
    const auto ended = [&](const std::exception_ptr& error) {
      done = true;
      if (error) std::rethrow_exception(error);
    };
    boost::asio::co_spawn(io_, apiserver::testing::serve(scope, api_.handle(scope)), ended);
    io_.restart();
    while (!done && io_.run_one() != 0) {
    }
    status_ = exchange.status;
    return exchange.body;
  }

  void list() {
    view_.clear();
    std::string token;
    do {
      const Json page = Json::parse(ask("limit=" + std::to_string(1 + random_() % 10) +
                                            (token.empty() ? "" : "&continue=") + token,
                                        [](std::string_view) { return true; }));
      if (status_ == 410) return;  // the moment of the first page is forgotten: start over
      for (const Json& item : page.at("items")) put(item);
      version_ = std::stoull(page["metadata"]["resourceVersion"].get<std::string>());
      token = page["metadata"].value("continue", "");
    } while (!token.empty());
    synced_ = true;
    reached_.emplace_back(version_, view_);
  }

  void watch(const std::string& where) {
    if (!synced_) view_.clear();
    auto patience = 1 + random_() % 60;  // events, then it breaks off
    ask("watch=1&allowWatchBookmarks=true&timeoutSeconds=20" + where, [&](std::string_view piece) {
      std::istringstream lines{std::string(piece)};
      for (std::string line; std::getline(lines, line);) {
        take(Json::parse(line));
        if (--patience == 0 || failed_) return false;
      }
      return true;
    });
  }

  void put(const Json& object) {
    const Json& meta = object["metadata"];
    view_[meta["name"]] = std::stoull(meta["resourceVersion"].get<std::string>());
  }

  void take(const Json& event) {
    const std::string type = event["type"];
    const Json& object = event["object"];
    if (type == "ERROR") {
      if (object["code"] != 410) fail(event.dump());
      synced_ = false;
      ++restarts_;
      return;
    }
    const Json& meta = object["metadata"];
    const std::uint64_t version = std::stoull(meta["resourceVersion"].get<std::string>());
    if (type == "BOOKMARK") {
      synced_ = synced_ || meta.contains("annotations");
    } else {
      const std::string name = meta["name"];
      if ((type == "ADDED") == view_.contains(name)) fail(type + " of " + name);
      if (type == "DELETED") {
        view_.erase(name);
      } else {
        put(object);
      }
    }
    if (!synced_) return;  // what exists comes by name, not by version
    if (version < version_) fail("went back to " + std::to_string(version));
    version_ = version;
    reached_.emplace_back(version_, view_);
  }

  const Api& api_;
  boost::asio::io_context io_{1};
  std::mt19937 random_;
  const std::string tier_;
  int status_ = 0;
  View view_;
  std::uint64_t version_ = 0;
  bool synced_ = false;
  int restarts_ = 0;
  std::vector<std::pair<std::uint64_t, View>> reached_;
  std::optional<std::string> failed_;
};

struct Setting {
  std::size_t history;
  int writes;
};

class Informers : public ::testing::TestWithParam<Setting> {};

TEST_P(Informers, SeeWhatTheStoreHeldAtEachVersionTheyReach) {
  const auto store = std::make_shared<store::MemoryStore>(
      store::MemoryStoreOptions{.history = GetParam().history});
  ApiOptions options;
  options.store = store;
  options.bookmark_period = std::chrono::milliseconds(2);
  Api api(options);
  api.bootstrap();  // a client takes version 0, that of an empty store, for none
  Record record;
  std::atomic<std::uint64_t> goal{0};

  std::vector<std::unique_ptr<Informer>> informers;
  std::vector<std::thread> watchers;
  for (unsigned i = 0; i < 5; ++i) {
    informers.push_back(std::make_unique<Informer>(api, i, i % 2 == 0 ? "x" : ""));
    watchers.emplace_back([&goal, informer = informers.back().get()] { informer->run(goal); });
  }
  std::vector<std::thread> writers;
  for (unsigned i = 0; i < 3; ++i) {
    writers.emplace_back([&, i] { write_at_random(*store, record, 100 + i, GetParam().writes); });
  }
  for (std::thread& writer : writers) writer.join();
  goal = store->resource_version();
  for (std::thread& watcher : watchers) watcher.join();

  for (const auto& informer : informers) {
    EXPECT_GT(informer->reached(), 0U);
    informer->expect_faithful(record);
  }
}

INSTANTIATE_TEST_SUITE_P(Histories, Informers,
                         ::testing::Values(Setting{100'000, 1500}, Setting{40, 1500}),
                         [](const auto& tested) {
                           return tested.param.history > 1000 ? "Long" : "Short";
                         });

}  // namespace
}  // namespace kaudit::apiserver::api
