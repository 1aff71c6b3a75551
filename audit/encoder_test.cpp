#include "audit/encoder.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "audit/status.hpp"

namespace kaudit::audit {
namespace {

std::string json_of(const Status& status) {
  std::string out;
  append_json(out, status);
  return out;
}

TEST(Encoder, AppendsAndNeverOverwrites) {
  std::string out = "before ";
  append_event(out, Event{});
  EXPECT_EQ(out,
            R"(before {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"","auditID":"",)"
            R"("stage":"","requestURI":"","verb":"","user":{},"requestReceivedTimestamp":null,)"
            R"("stageTimestamp":null})"
            "\n");
}

TEST(Encoder, KeepsEmptyPartsAndDropsEmptyCollections) {
  Event event;
  event.impersonated_user = UserInfo();
  event.authentication_metadata.emplace();
  event.object_ref.emplace();
  event.response_status.emplace();
  event.user.edit().extra = {{"b", std::vector<std::string>{}}, {"a", std::nullopt}};
  std::string out;
  append_list_item(out, event);
  EXPECT_EQ(out, R"({"level":"","auditID":"","stage":"","requestURI":"","verb":"",)"
                 R"("user":{"extra":{"a":null,"b":[]}},"impersonatedUser":{},)"
                 R"("authenticationMetadata":{},"objectRef":{},"responseStatus":{"metadata":{}},)"
                 R"("requestReceivedTimestamp":null,"stageTimestamp":null})");
}

TEST(Encoder, SortsAnnotationsByBytes) {
  Event event;
  event.annotations = {{"\xF0\x9F\x98\x80", "4"}, {"\xEF\xBF\xBF", "3"}, {"b", "2"}, {"B", "1"}};
  std::string out;
  append_list_item(out, event);
  EXPECT_NE(out.find("\"annotations\":{\"B\":\"1\",\"b\":\"2\",\"\xEF\xBF\xBF\":\"3\","
                     "\"\xF0\x9F\x98\x80\":\"4\"}"),
            std::string::npos);
}

TEST(Encoder, SplicesBodiesOfAnySize) {
  for (const std::size_t size : {1U, 500U, 512U, 513U, 1000U, 1024U, 1025U, 100'000U}) {
    Event event;
    event.request_object = RawJson::trusted('"' + std::string(size, 'q') + '"');
    event.response_object = RawJson::trusted('"' + std::string(size, 'r') + '"');
    std::string out;
    append_event(out, event);
    EXPECT_NE(out.find(R"("user":{},"requestObject":")" + std::string(size, 'q') +
                       R"(","responseObject":")" + std::string(size, 'r') +
                       R"(","requestReceivedTimestamp":null,)"),
              std::string::npos)
        << size;
  }
}

TEST(Encoder, ListsNothingAsNull) {
  std::string out;
  append_event_list(out, {});
  EXPECT_EQ(out, R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":null})"
                 "\n");
}

TEST(Encoder, ListsItemsWithoutKind) {
  const auto event = std::make_shared<const Event>();
  std::string item;
  append_list_item(item, *event);
  std::string out;
  append_event_list(out, std::vector<EventPtr>{event, event});
  EXPECT_EQ(out, R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[)" +
                     item + "," + item + "]}\n");
}

TEST(StatusJson, AlwaysHasMetadata) { EXPECT_EQ(json_of(Status{}), R"({"metadata":{}})"); }

TEST(StatusJson, HasKindFirstAndCodeLast) {
  Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Failure";
  status.message = "pods \"a\" not found";
  status.reason = "NotFound";
  status.details = StatusDetails{"a", "", "pods", "", {{"r", "", "f"}, {}}, 3};
  status.code = 404;
  status.metadata.remaining_item_count = 0;
  EXPECT_EQ(json_of(status),
            R"({"kind":"Status","apiVersion":"v1","metadata":{"remainingItemCount":0},)"
            R"("status":"Failure","message":"pods \"a\" not found","reason":"NotFound",)"
            R"("details":{"name":"a","kind":"pods","causes":[{"reason":"r","field":"f"},{}],)"
            R"("retryAfterSeconds":3},"code":404})");
}

}  // namespace
}  // namespace kaudit::audit
