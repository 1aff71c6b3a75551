#include "audit/encoded_event.hpp"

#include <barrier>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "audit/union.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit {
namespace {

std::string line_of(const Event& event) {
  std::string line;
  append_event(line, event);
  return line;
}

std::string item_of(const Event& event) {
  std::string item;
  append_list_item(item, event);
  return item;
}

Event some_event() {
  Event event;
  event.level = Level::RequestResponse;
  event.audit_id = "a";
  event.request_object = RawJson::trusted(R"({"a":1})");
  event.annotations = {{"k", "v"}};
  return event;
}

TEST(EncodedEvent, GivesTheBytesThatEncodingAnewGives) {
  std::size_t events = 0;
  for (const auto& folder : testing::vector_folders(KAUDIT_TESTDATA, "events")) {
    for (const auto& value : testing::read_json_lines(folder / "cases.jsonl")) {
      const auto decoded = decode_event(testing::bytes_of(value, "input"));
      if (!decoded) continue;
      ++events;
      const std::string line = line_of(*decoded);
      const std::string item = item_of(*decoded);
      EXPECT_EQ(line_size(*decoded), line.size());
      EXPECT_EQ(item_size(*decoded), item.size());
      EXPECT_EQ(decoded->encoded.find(*decoded), &decoded->encoded.get(*decoded)) << "kept";
      EXPECT_EQ(line_of(*decoded), line);
      EXPECT_EQ(item_of(*decoded), item);
    }
  }
  EXPECT_GT(events, 100U);
}

TEST(EncodedEvent, IsKeptOnlyWhereItIsWanted) {
  const Event event = some_event();
  line_of(event);
  EXPECT_EQ(event.encoded.find(event), nullptr);
  event.encoded.want();
  const std::string line = line_of(event);
  const EncodedEvent* const kept = event.encoded.find(event);
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(line_of(event), line);
  EXPECT_EQ(event.encoded.find(event), kept);
}

TEST(EncodedEvent, IsNotACopysWhichIsMadeToBeChanged) {
  Event event = some_event();
  line_size(event);
  Event copy = event;
  copy.audit_id = "b";
  EXPECT_NE(line_of(copy).find(R"("auditID":"b")"), std::string::npos);
  event = copy;
  EXPECT_EQ(line_of(event), line_of(copy));
}

TEST(EncodedEvent, MayBeAskedForByManyThreadsAtOnce) {
  constexpr int kThreads = 4;
  for (int round = 0; round < 50; ++round) {
    const Event event = some_event();
    std::barrier start(kThreads);
    std::vector<const EncodedEvent*> seen(kThreads);
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        seen[static_cast<std::size_t>(i)] = &event.encoded.get(event);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const EncodedEvent* form : seen) EXPECT_EQ(form, seen.front());
  }
}

/// Remembers which encoded form it saw.
class Encoding final : public Backend {
 public:
  bool process(std::span<const EventPtr> events) override {
    line_of(*events.front());
    seen = events.front()->encoded.find(*events.front());
    return true;
  }
  void shutdown() override {}
  std::string describe() const override { return "encoding"; }
  void report(Report& to) const override { to.backend = "encoding"; }
  const EncodedEvent* seen = nullptr;
};

TEST(EncodedEvent, IsSharedByTheBackendsOfAUnion) {
  auto first = std::make_unique<Encoding>();
  auto second = std::make_unique<Encoding>();
  const Encoding& a = *first;
  const Encoding& b = *second;
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(std::move(first));
  backends.push_back(std::move(second));
  Union both(std::move(backends));
  both.process(std::vector{std::make_shared<const Event>(some_event())});
  EXPECT_NE(a.seen, nullptr);
  EXPECT_EQ(a.seen, b.seen);
}

}  // namespace
}  // namespace kaudit::audit
