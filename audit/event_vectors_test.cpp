// Byte for byte what Kubernetes' own library writes, over recorded answers (testdata/README.md).
#include <map>
#include <memory>
#include <stdlib.h>
#include <time.h>

#include <gtest/gtest.h>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/level.hpp"
#include "base/testing/vectors.hpp"

namespace kaudit::audit {
namespace {

using kaudit::testing::bytes_of;
using kaudit::testing::read_json_lines;

std::string json_of(const Event& event) {
  std::string out;
  append_event(out, event);
  return out;
}

std::string legacy_of(const Event& event) {
  std::string out;
  append_legacy_line(out, event);
  return out;
}

/// Legacy lines were recorded with TZ=UTC.
class EventVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  template <typename Check>
  static void each_line(const std::string& file, Check check) {
    for (const auto& folder : testing::vector_folders(KAUDIT_TESTDATA, "events")) {
      const auto values = read_json_lines(folder / file);
      EXPECT_FALSE(values.empty()) << folder / file;
      for (const nlohmann::json& value : values) check(value, folder);
    }
  }
};

void expect_same_answer(const nlohmann::json& value) {
  SCOPED_TRACE("id " + value.value("id", nlohmann::json()).dump());
  const auto event = decode_event(bytes_of(value, "input"));
  if (!value.value("ok", true)) {
    ASSERT_FALSE(event.has_value());
    EXPECT_EQ(to_string(event.error().error_class), value.at("class").get<std::string>())
        << event.error().message;
    return;
  }
  ASSERT_TRUE(event.has_value()) << event.error().message;
  EXPECT_EQ(json_of(*event), bytes_of(value, "json"));
  EXPECT_EQ(legacy_of(*event), bytes_of(value, "legacy"));
}

TEST_F(EventVectors, EveryCaseIsWrittenOrRefusedAsKubernetesDoes) {
  each_line("cases.jsonl", [](const nlohmann::json& value, const auto&) {
    if (!value.value("quirk", false)) expect_same_answer(value);
  });
}

TEST_F(EventVectors, EventsMaySpanLines) {
  each_line("multiline.jsonl",
            [](const nlohmann::json& value, const auto&) { expect_same_answer(value); });
}

TEST_F(EventVectors, ListsHoldTheSameBytes) {
  std::map<std::string, std::map<int, EventPtr>> by_folder;
  each_line("cases.jsonl", [&](const nlohmann::json& value, const auto& folder) {
    if (!value.at("ok").get<bool>()) return;
    if (auto event = decode_event(bytes_of(value, "input"))) {
      by_folder[folder.string()][value.at("id").get<int>()] =
          std::make_shared<const Event>(std::move(*event));
    }
  });
  each_line("groups.jsonl", [&](const nlohmann::json& value, const auto& folder) {
    std::vector<EventPtr> events;
    for (const int id : value.at("ids")) events.push_back(by_folder[folder.string()].at(id));
    std::string list;
    append_event_list(list, events);
    EXPECT_EQ(list, bytes_of(value, "list")) << value.at("ids");
  });
}

TEST_F(EventVectors, TimesAreCutToMicrosecondsAndOfAnyYear) {
  each_line("microtime.jsonl", [](const nlohmann::json& value, const auto&) {
    Event event;
    event.request_received_timestamp = {value.at("sec"), value.at("nsec")};
    const std::string time = value.at("json").is_null() ? "null" : value.at("json").dump();
    EXPECT_NE(json_of(event).find(R"("requestReceivedTimestamp":)" + time + ","), std::string::npos)
        << value;
    EXPECT_EQ(legacy_of(event).rfind(value.at("legacy").get<std::string>() + " AUDIT:", 0), 0U)
        << value;
  });
}

TEST_F(EventVectors, EventsMadeInAServerMayHoldAnyBytes) {
  each_line("inmemory.jsonl", [](const nlohmann::json& value, const auto&) {
    Event event;
    event.level = Level::Request;
    event.stage = Stage::ResponseComplete;
    event.verb = "get";
    event.audit_id = bytes_of(value, "auditID");
    event.request_uri = bytes_of(value, "requestURI");
    event.source.edit().user_agent = bytes_of(value, "userAgent");
    event.user.edit().username = bytes_of(value, "username");
    event.user.edit().groups = {bytes_of(value, "group")};
    event.annotations.set(bytes_of(value, "annotationKey"), bytes_of(value, "annotationValue"));
    event.response_status.emplace().code = 200;
    event.request_received_timestamp = {1767323045, 678901234};
    event.stage_timestamp = {1767323045, 999999999};
    EXPECT_EQ(legacy_of(event), bytes_of(value, "legacy"));

    auto body = RawJson::parse(bytes_of(value, "requestObject"));
    if (value.contains("error")) {
      EXPECT_FALSE(body.has_value()) << value.at("error");
      return;
    }
    ASSERT_TRUE(body.has_value()) << body.error().message;
    event.request_object = *body;
    EXPECT_EQ(json_of(event), bytes_of(value, "json"));
  });
}

}  // namespace
}  // namespace kaudit::audit
