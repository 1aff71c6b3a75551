// Answers in protobuf: the bytes of the real library, and that they read back as what was written.
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"
#include "apiserver/objects/kinds.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

using Sample = nlohmann::json;

/// The samples of the tree, and more of the same make where a variable names their file.
template <typename Check>
void for_each_sample(Check check) {
  std::vector<std::string> files{KAUDIT_TESTDATA "/vectors/encoded.jsonl"};
  if (const char* more = std::getenv("KAUDIT_PROTOBUF_SAMPLES")) files.emplace_back(more);
  for (const std::string& file : files) {
    std::ifstream in(file);
    ASSERT_TRUE(in) << file;
    int count = 0;
    for (std::string line; std::getline(in, line); ++count) check(Sample::parse(line));
    EXPECT_GT(count, 0) << file;
  }
}

std::string bytes_in(const Sample& sample, const char* member) {
  return *base64_decode(sample[member].get<std::string>());
}

// The first bytes that differ say more than two long texts.
std::string first_difference(std::string_view got, std::string_view want) {
  std::size_t at = 0;
  while (at < got.size() && at < want.size() && got[at] == want[at]) ++at;
  const auto near = [&](std::string_view text) {
    return base64_encode(text.substr(at < 24 ? 0 : at - 24, 64));
  };
  return "at " + std::to_string(at) + ": " + near(got) + " want " + near(want);
}

TEST(ProtobufWriter, WritesTheBytesOfTheRealLibrary) {
  ProtobufBody body;
  for_each_sample([&](const Sample& sample) {
    const auto json = sample["json"].get<std::string>();
    const auto written = body.object(json);
    ASSERT_TRUE(written) << written.error().message << ' ' << json.substr(0, 200);
    const std::string want = bytes_in(sample, "pb");
    EXPECT_TRUE(*written == want) << sample["kind"] << first_difference(*written, want) << '\n'
                                  << json.substr(0, 2000);
  });
}

TEST(ProtobufWriter, FramesWatchEventsAsTheRealLibrary) {
  ProtobufBody body;
  int framed = 0;
  for_each_sample([&](const Sample& sample) {
    if (!sample.contains("watch")) return;
    ++framed;
    const auto event = body.watch_event("ADDED", sample["json"].get<std::string>());
    ASSERT_TRUE(event);
    const std::string want = bytes_in(sample, "watch");
    std::string framed_event;
    append_length_delimited(framed_event, *event);
    EXPECT_TRUE(framed_event == want) << sample["kind"] << first_difference(framed_event, want);
  });
  EXPECT_GT(framed, 0);
}

TEST(ProtobufWriter, WritesWhatReadsBackAsTheSame) {
  ProtobufBody body;
  std::map<std::string, int> kinds;
  for_each_sample([&](const Sample& sample) {
    const auto json = sample["json"].get<std::string>();
    const auto kind = sample["kind"].get<std::string>();
    const std::size_t slash = kind.rfind('/');
    const TypeMeta type{std::string_view(kind).substr(0, slash),
                        std::string_view(kind).substr(slash + 1)};
    if (find_type(type.api_version, type.kind) == nullptr) return;  // never read from a client
    ++kinds[kind];
    const auto written = body.object(json);
    ASSERT_TRUE(written) << kind;
    const auto read = decode_any(type, *written, BodyFormat::Protobuf,
                                 {FieldValidation::Ignore, Defaulting::None});
    ASSERT_TRUE(read) << kind << ' ' << read.error().message;
    // Protobuf does not tell an empty list from none.
    EXPECT_EQ(read->json, sample.value("back", json));
  });
  for (const Resource& resource : all_resources()) {
    const std::string kind = std::string(resource.api_version).append("/").append(resource.kind);
    EXPECT_GT(kinds[kind], 0) << kind;
  }
}

TEST(ProtobufWriter, WritesListsFromTheirParts) {
  ProtobufBody body;
  int lists = 0;
  for_each_sample([&](const Sample& sample) {
    auto list = *Json::parse(sample["json"].get<std::string>());
    const Type* const type = find_type(list.text("apiVersion"), list.text("kind"));
    if (type == nullptr || list.find("items") == nullptr || !list.find("items")->array()) return;
    const Type& element = *type->find("items")->field->type->element;
    std::string items;
    for (const Json& item : *list.find("items")->array()) items += *body.item(element, item.dump());
    list.set("items", Json(Json::Array()));
    const auto ends = protobuf_list_ends(list.dump(), items.size());
    ASSERT_TRUE(ends);
    EXPECT_TRUE(ends->head + items + ends->tail == bytes_in(sample, "pb")) << sample["kind"];
    ++lists;
  });
  EXPECT_GT(lists, 5);
}

TEST(ProtobufWriter, RefusesWhatHasNoProtobuf) {
  ProtobufBody body;
  const auto table = body.object(R"({"kind":"Table","apiVersion":"meta.k8s.io/v1"})");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().message,
            "object *v1.Table does not implement the protobuf marshalling interface and cannot be "
            "encoded to a protobuf message");
  EXPECT_FALSE(body.object(R"({"kind":"Chair","apiVersion":"example.com/v1"})"));
  EXPECT_FALSE(body.object(R"({"kind":"Pod","apiVersion":"v1","spec":1})"));
  // What was refused leaves nothing behind.
  EXPECT_EQ(base64_encode(*body.object(R"({"kind":"Status","apiVersion":"v1"})")),
            "azhzAAoMCgJ2MRIGU3RhdHVzEhAKBgoAEgAaABIAGgAiADAAGgAiAA==");
}

}  // namespace
}  // namespace kaudit::apiserver::objects
