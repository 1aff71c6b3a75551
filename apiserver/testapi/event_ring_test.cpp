#include "apiserver/testapi/event_ring.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace kaudit::apiserver::testapi {
namespace {

audit::EventPtr event(std::string id, std::string verb, std::size_t body = 0) {
  auto made = std::make_shared<audit::Event>();
  made->audit_id = std::move(id);
  made->verb = std::move(verb);
  made->stage = audit::Stage::ResponseComplete;
  if (body != 0) made->response_object = RawJson::trusted("\"" + std::string(body, 'x') + "\"");
  return made;
}

EventQuery query(const std::vector<std::pair<std::string, std::string>>& parameters) {
  return EventQuery::read(parameters).value();
}

std::string ids(const std::vector<audit::EventPtr>& events) {
  std::string text;
  for (const auto& one : events) text += one->audit_id + " ";
  return text;
}

class Refusing final : public audit::Sink {
 public:
  bool process(std::span<const audit::EventPtr> events) override {
    seen += events.size();
    return false;
  }
  bool may_wait() const noexcept override { return true; }
  std::size_t seen = 0;
};

TEST(EventRing, KeepsWhatItPassesOnAndTheBackendsWordCounts) {
  Refusing backend;
  EventRing ring(&backend);
  const std::vector<audit::EventPtr> events{event("1", "get"), event("2", "list")};
  EXPECT_FALSE(ring.process(events));
  EXPECT_TRUE(ring.may_wait());
  EXPECT_EQ(backend.seen, 2U);
  EXPECT_EQ(ids(ring.find(query({{"verb", "list"}}))), "2 ");
  EXPECT_EQ(ring.clear(), 2U);
  EXPECT_EQ(ids(ring.find({})), "");
  EXPECT_TRUE(EventRing().process(events));
}

TEST(EventRing, IsBoundedInEventsAndBytes) {
  EventRing ring;
  for (std::size_t i = 0; i < EventRing::kMaxEvents + 3; ++i) {
    const audit::EventPtr one = event(std::to_string(i), "get");
    ring.process({&one, 1});
  }
  EXPECT_EQ(ring.find({}).size(), EventRing::kMaxEvents);
  EXPECT_EQ(ring.find({}).front()->audit_id, "3");
  EXPECT_EQ(ring.forgotten(), 3U);
  for (int i = 0; i < 3; ++i) {
    const audit::EventPtr large = event("large", "get", EventRing::kMaxBytes / 2);
    ring.process({&large, 1});
  }
  EXPECT_EQ(ids(ring.find({})), "large ");
}

TEST(EventQuery, FitsWhatHasAllThatIsGiven) {
  EXPECT_TRUE(query({{"verb", "get"}, {"verb", "list"}}).fits(*event("1", "list")));
  EXPECT_FALSE(query({{"verb", "get"}, {"auditID", "2"}}).fits(*event("1", "get")));
  EXPECT_FALSE(query({{"resource", "pods"}}).fits(*event("1", "get")));
  EXPECT_TRUE(query({{"resource", ""}}).fits(*event("1", "get"))) << "it has none";
  const auto unknown = EventQuery::read({{"usr", "a"}});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("auditID, level"), std::string::npos);
  EXPECT_FALSE(EventQuery::read({{"wait", "51s"}}));
  EXPECT_FALSE(EventQuery::read({{"count", "-1"}}));
}

/// Runs until wait() has given what it waited for.
class Waiting {
 public:
  Waiting(EventRing& ring, EventQuery asked) {
    boost::asio::co_spawn(io_, ring.wait(std::move(asked)),
                          [this](const std::exception_ptr&, std::vector<audit::EventPtr> found) {
                            found_ = std::move(found);
                          });
    io_.poll();
  }
  bool done() {
    io_.restart();
    io_.poll();
    return found_.has_value();
  }
  std::string result() {
    io_.restart();
    io_.run();
    return ids(found_.value());
  }

 private:
  boost::asio::io_context io_;
  std::optional<std::vector<audit::EventPtr>> found_;
};

TEST(EventRing, WaitsForSoManyAndNotLonger) {
  EventRing ring;
  const audit::EventPtr first = event("1", "get");
  ring.process({&first, 1});
  Waiting waiting(ring, query({{"verb", "get"}, {"count", "3"}, {"wait", "50s"}}));
  const audit::EventPtr other = event("x", "list");
  const audit::EventPtr second = event("2", "get");
  const audit::EventPtr third = event("3", "get");
  ring.process({&other, 1});
  ring.process({&second, 1});
  EXPECT_FALSE(waiting.done());
  ring.process({&third, 1});
  EXPECT_EQ(waiting.result(), "1 2 3 ");
}

TEST(EventRing, GivesWhatThereIsWhenTheTimeIsOver) {
  EventRing ring;
  const audit::EventPtr first = event("1", "get");
  ring.process({&first, 1});
  EXPECT_EQ(Waiting(ring, query({{"count", "2"}, {"wait", "10ms"}})).result(), "1 ");
  EXPECT_EQ(Waiting(ring, query({{"count", "2"}})).result(), "1 ") << "no wait, no waiting";
  EXPECT_EQ(Waiting(ring, query({{"verb", "get"}, {"wait", "50s"}})).result(), "1 ");
}

}  // namespace
}  // namespace kaudit::apiserver::testapi
