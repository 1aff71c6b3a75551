#include "cli/receiver/event_store.hpp"

#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/receiver/receiver_figures.hpp"
#include "cli/testing/command_run.hpp"

namespace kaudit::cli {
namespace {

std::string item(const std::string& id) {
  return R"({"level":"Metadata","auditID":")" + id +
         R"(","stage":"ResponseComplete","requestReceivedTimestamp":"2026-01-02T03:04:05.000001Z"})";
}

EventList list_of(const std::vector<std::string>& ids, const std::string& source) {
  std::string body = R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[)";
  for (const std::string& id : ids) body += (body.ends_with('[') ? "" : ",") + item(id);
  auto list = read_event_list(body + "]}", source);
  EXPECT_TRUE(list);
  return std::move(*list);
}

BatchRecord append(EventStore& store, const std::vector<std::string>& ids,
                   const std::string& source = "/audit") {
  BatchRecord record;
  record.source = source;
  EXPECT_TRUE(store.append(list_of(ids, source), record, nullptr));
  return record;
}

std::unique_ptr<EventStore> open(const std::string& path, std::size_t remembered = 1000) {
  auto store = EventStore::open({path, remembered});
  EXPECT_TRUE(store) << (store ? "" : store.error().message);
  return store ? std::move(*store) : nullptr;
}

std::string line(const std::string& id) {
  return R"({"kind":"Event","apiVersion":"audit.k8s.io/v1",)" + item(id).substr(1) + "\n";
}

TEST(EventStore, StoresEachEventOnceAcrossRestarts) {
  const testing::ScratchFolder folder;
  const std::string path = folder.path("events");
  {
    const auto store = open(path);
    EXPECT_EQ(append(*store, {"a", "b", "a"}).stored, 2U);
    EXPECT_EQ(append(*store, {"b", "c"}).duplicates, 1U);
  }
  const auto store = open(path);
  EXPECT_EQ(store->found().events, 3U);
  EXPECT_EQ(append(*store, {"a", "b", "c"}).stored, 0U);
  // Of another source it is another event.
  EXPECT_EQ(append(*store, {"a"}, "/other").stored, 1U);
  EXPECT_EQ(testing::read_file(path), line("a") + line("b") + line("c") + line("a"));
}

TEST(EventStore, CutsOffHalfALine) {
  const testing::ScratchFolder folder;
  const std::string path = folder.write("events", line("a") + R"({"kind":"Ev)");
  const auto store = open(path);
  EXPECT_EQ(store->found().cut_bytes, 11U);
  append(*store, {"b"});
  EXPECT_EQ(testing::read_file(path), line("a") + line("b"));
}

TEST(EventStore, KeepsLinesThatItCannotRead) {
  const testing::ScratchFolder folder;
  const auto store = open(folder.write("events", "no event\n" + line("a")));
  EXPECT_EQ(store->found().unreadable, 1U);
  // There are no notes of where they came from.
  EXPECT_EQ(append(*store, {"a"}, "").duplicates, 1U);
}

TEST(EventStore, ForgetsTheOldestWhenThereAreTooMany) {
  const testing::ScratchFolder folder;
  const auto store = open(folder.path("events"), 2);
  append(*store, {"a", "b", "c"});
  EXPECT_EQ(append(*store, {"c"}).duplicates, 1U);
  EXPECT_EQ(append(*store, {"a"}).stored, 1U);
}

TEST(EventStore, IsOneReceivers) {
  const testing::ScratchFolder folder;
  const auto store = open(folder.path("events"));
  const auto other = EventStore::open({folder.path("events"), 10});
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("in use by another receiver"), std::string::npos);
}

TEST(EventStore, SharesOneWriteAmongThoseWhoWait) {
  const testing::ScratchFolder folder;
  const auto store = open(folder.path("events"));
  std::vector<std::thread> senders;
  for (int n = 0; n < 8; ++n) {
    senders.emplace_back([&store, n] {
      for (int i = 0; i < 20; ++i) {
        append(*store,
               {std::to_string(n) + "-" + std::to_string(i), "shared-" + std::to_string(i)});
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_LE(store->fdatasyncs(), 160U);
  EXPECT_EQ(open(folder.path("copy"))->found().events, 0U);
  std::size_t lines = 0;
  for (const char c : testing::read_file(folder.path("events"))) lines += c == '\n' ? 1 : 0;
  EXPECT_EQ(lines, 8U * 20U + 20U);
}

TEST(EventList, SaysWhatItIsInstead) {
  const auto error_of = [](const char* body) {
    const auto list = read_event_list(body, "");
    return list ? "accepted" : list.error().message;
  };
  EXPECT_EQ(error_of("[]"), "not an object, but an EventList is one");
  EXPECT_EQ(error_of(R"({"kind":"Event"})"), "kind \"Event\": send an EventList");
  EXPECT_EQ(error_of(R"({"kind":"EventList","apiVersion":"v1"})"),
            "apiVersion \"v1\": only audit.k8s.io/v1 is known");
  EXPECT_EQ(error_of(R"({"items":{}})"), "items is an object, not an array");
  EXPECT_EQ(error_of(R"({"items":[{},7]})"), "items[1]: is a number, not an event");
  EXPECT_EQ(error_of("{"),
            "not JSON: unexpected end of JSON at offset 1: expected a member's name in quotes");
  EXPECT_EQ(error_of(R"({"items":null,"apiVersion":"audit.k8s.io/v1","kind":"EventList"})"),
            "accepted");
}

TEST(BatchRecord, IsReadAsItIsWritten) {
  BatchRecord record;
  record.time = "2026-01-02T03:04:05.000001Z";
  record.source = "/audit \"x\"";
  record.offset = 7;
  record.status = 200;
  record.hash = "abc";
  record.fault = "delay";
  const auto read = BatchRecord::parse(record.json());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->json(), record.json());
  EXPECT_FALSE(BatchRecord::parse("{}"));
  EXPECT_FALSE(BatchRecord::parse("nonsense"));
}

TEST(ReceiverFigures, FindRetriesAndPercentiles) {
  ReceiverFigures figures;
  BatchRecord record;
  record.stored = 1;
  for (int i = 1; i <= 100; ++i) {
    record.status = i == 1 ? 500 : 200;
    record.lag = i * 1000;
    record.hash = i <= 3 ? "same" : std::to_string(i);
    figures.add(record);
  }
  const auto json = figures.json();
  EXPECT_EQ(json["retries"]["requests"], 2);
  EXPECT_EQ(json["retries"]["mostTries"], 3);
  EXPECT_EQ(json["batches"]["refused"], 1);
  EXPECT_GE(json["lagMicroseconds"]["p50"], 50'000);
  EXPECT_LE(json["lagMicroseconds"]["p50"], 60'000);
  EXPECT_EQ(json["lagMicroseconds"]["largest"], 100'000);
}

}  // namespace
}  // namespace kaudit::cli
