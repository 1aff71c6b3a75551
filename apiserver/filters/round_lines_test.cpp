#include "apiserver/filters/round_lines.hpp"

#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::filters {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;

/// A line is an event's ID.
class Lines final : public audit::ByLine {
 public:
  void write_line(JsonWriter& writer, const audit::Event& event) const override {
    writer.raw(event.audit_id);
    if (event.audit_id == "too large") throw std::bad_alloc();
    writer.literal("\n");
  }
  bool deliver_lines(std::string_view lines) override {
    delivered.emplace_back(lines);
    return !refuses;
  }

  bool refuses = false;
  std::vector<std::string> delivered;
};

struct Thread {
  asio::io_context io;
  http::Round round{io};
  Lines lines;
  audit::Counters counters;
  std::vector<std::string> results;

  std::shared_ptr<RoundLines> add(std::string id) {
    audit::Event event;
    event.audit_id = std::move(id);
    return RoundLines::add(round, lines, counters, event);
  }
  void spawn(const std::string& id) { asio::co_spawn(io, records_twice(id), asio::detached); }
  asio::awaitable<void> records_twice(std::string id) {
    for (const char* const stage : {" 1", " 2"}) {
      const auto held = add(id + stage);
      EXPECT_EQ(counters.in_hand(), 1U);
      const bool taken = co_await held->taken();
      results.push_back(id + stage + (taken ? " taken" : " refused"));
      lines.refuses = true;
    }
  }
};

TEST(RoundLines, OfOneRoundAreDeliveredTogether) {
  Thread thread;
  thread.spawn("a");
  thread.spawn("b");
  thread.io.run();
  EXPECT_THAT(thread.lines.delivered, ElementsAre("a 1\nb 1\n", "a 2\nb 2\n"));
  EXPECT_EQ(thread.counters.in_hand(), 0U);
  EXPECT_THAT(thread.results, ElementsAre("a 1 taken", "b 1 taken", "a 2 refused", "b 2 refused"));
}

TEST(RoundLines, AreWholeWhenThereWasNoMemoryForOne) {
  Thread thread;
  thread.add("a");
  EXPECT_THROW(thread.add("too large"), std::bad_alloc);
  thread.add("b");
  thread.io.run();
  EXPECT_THAT(thread.lines.delivered, ElementsAre("a\nb\n"));
}

}  // namespace
}  // namespace kaudit::apiserver::filters
