// What clients get that ask for protobuf: the bytes of the real server, and events as ever.
#include <numeric>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "apiserver/api/testing/world.hpp"
#include "apiserver/http/websocket.hpp"
#include "apiserver/objects/codec/protobuf_body.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::api {
namespace {

using testing::Answered;
using testing::kConfigMaps;
using testing::World;

const std::string kProtobuf = "application/vnd.kubernetes.protobuf";

std::string in_protobuf(std::string_view json) {
  objects::ProtobufBody body;
  return std::string(body.object(json).value());
}

class ProtobufAnswersTest : public ::testing::Test {
 protected:
  Answered ask(const std::string& method, const std::string& target, const std::string& accept,
               const std::string& body = "", audit::Level level = audit::Level::RequestResponse) {
    return world.ask(
        {method, target, {{"Accept", accept}, {"Content-Type", "application/json"}}, body, level});
  }
  Answered create(const std::string& name, std::size_t size = 1) {
    return ask("POST", kConfigMaps, kProtobuf,
               R"({"metadata":{"name":")" + name + R"("},"data":{"k":")" + std::string(size, 'x') +
                   R"("}})");
  }
  std::string json_of(const std::string& target) {
    std::string json = ask("GET", target, "application/json").body;
    json.pop_back();  // the line break
    return json;
  }
  /// The events of a watch that ends once it has waited.
  Answered watch(const std::string& query, const std::string& accept) {
    return world.ask({"GET", kConfigMaps + query, {{"Accept", accept}}}, [&](RequestScope& scope) {
      create("later");
      boost::asio::post(scope.exchange.executor(),
                        [&scope] { scope.cancellation.cancel(Cancellation::Reason::ClientGone); });
    });
  }
  static void expect_type(const Answered& answered, const std::string& type = kProtobuf) {
    EXPECT_EQ(answered.headers.first("Content-Type"), type);
  }

  World world;
};

TEST_F(ProtobufAnswersTest, AreObjectsAndListsWhateverTheEventShows) {
  const Answered created = create("a");
  EXPECT_EQ(created.status, 201);
  expect_type(created);
  const std::string json = json_of(kConfigMaps + "/a");
  EXPECT_EQ(created.body, in_protobuf(json));
  EXPECT_EQ(created.event->response_object.view(), json);
  const Answered got = ask("GET", kConfigMaps + "/a", kProtobuf + ", application/json");
  EXPECT_EQ(got.body, in_protobuf(json));
  const Answered list = ask("GET", kConfigMaps, kProtobuf);
  expect_type(list);
  EXPECT_EQ(list.body, in_protobuf(json_of(kConfigMaps)));
  EXPECT_EQ(list.event->response_object.view(), json_of(kConfigMaps));
  expect_type(ask("GET", kConfigMaps, kProtobuf + ";q=0.5,application/json"), "application/json");
}

// The bodies of the golden cases proto-get-missing and noanon-protobuf-accept.
TEST_F(ProtobufAnswersTest, AreRefusalsToo) {
  const Answered missing = ask("GET", kConfigMaps + "/proto", kProtobuf);
  EXPECT_EQ(missing.status, 404);
  expect_type(missing);
  EXPECT_EQ(base64_encode(missing.body),
            "azhzAAoMCgJ2MRIGU3RhdHVzElcKBgoAEgAaABIHRmFpbHVyZRocY29uZmlnbWFwcyAicHJvdG8iIG5vdCBmb3"
            "VuZCIITm90Rm91bmQqGQoFcHJvdG8SABoKY29uZmlnbWFwcygAMgAwlAMaACIA");
  EXPECT_EQ(missing.event->response_status->message, "configmaps \"proto\" not found");
}

TEST_F(ProtobufAnswersTest, ArePartialMetadataButNoTables) {
  create("a");
  for (const char* version : {"v1", "v1beta1"}) {
    for (const auto& [target, kind] : {std::pair(kConfigMaps + "/a", "PartialObjectMetadata"),
                                       std::pair(kConfigMaps, "PartialObjectMetadataList")}) {
      const std::string form =
          std::string(";as=").append(kind).append(";g=meta.k8s.io;v=").append(version);
      const Answered metadata = ask("GET", target, kProtobuf + form + ",application/json");
      expect_type(metadata);
      const Answered in_json = ask("GET", target, "application/json" + form);
      EXPECT_EQ(metadata.body,
                in_protobuf(std::string_view(in_json.body).substr(0, in_json.body.size() - 1)));
      EXPECT_EQ(metadata.event->response_object.view(), in_json.event->response_object.view());
    }
  }
  const std::string table = ";as=Table;g=meta.k8s.io;v=v1";
  expect_type(ask("GET", kConfigMaps, kProtobuf + table + ",application/json" + table),
              "application/json");
  const Answered neither = ask("GET", kConfigMaps, kProtobuf + table);
  EXPECT_EQ(neither.status, 406);
  expect_type(neither, "application/json");
  EXPECT_NE(neither.body.find("only the following media types are accepted: application/json, "
                              "application/yaml, application/vnd.kubernetes.protobuf"),
            std::string::npos);
  EXPECT_FALSE(neither.event->response_status->status == "Failure");
}

TEST_F(ProtobufAnswersTest, OfLargeListsComeInPiecesOfTheSameBytes) {
  int number = 0;
  for (const std::size_t size : {1, 100'000, 30'000, 300'000, 2}) {
    create("c" + std::to_string(number++), size);
  }
  std::vector<std::size_t> pieces;
  world.on_write = [&pieces](std::string_view piece) { pieces.push_back(piece.size()); };
  const Answered whole = ask("GET", kConfigMaps, kProtobuf);
  EXPECT_TRUE(pieces.empty());
  const Answered streamed = ask("GET", kConfigMaps, kProtobuf, "", audit::Level::Metadata);
  expect_type(streamed);
  EXPECT_GT(pieces.size(), 2U);
  EXPECT_EQ(std::accumulate(pieces.begin(), pieces.end(), std::size_t{0}), whole.body.size());
  EXPECT_TRUE(streamed.body == whole.body);
}

TEST_F(ProtobufAnswersTest, OfWatchesAreFramed) {
  create("a");
  const Answered watched = watch("?watch=1", kProtobuf + ",application/json");
  EXPECT_EQ(watched.status, 200);
  expect_type(watched, kProtobuf + ";stream=watch");
  objects::ProtobufBody body;
  std::string expected;
  for (const char* name : {"/a", "/later"}) {
    objects::append_length_delimited(
        expected, body.watch_event("ADDED", json_of(kConfigMaps + name)).value());
  }
  EXPECT_EQ(watched.body, expected);
  expect_type(ask("GET", kConfigMaps + "?watch=1&resourceVersion=x", kProtobuf));
}

TEST_F(ProtobufAnswersTest, OfWatchesHaveTheMetadataAlone) {
  create("a");
  const Answered watched =
      watch("?watch=1", kProtobuf + ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  expect_type(watched, kProtobuf + ";stream=watch");
  EXPECT_NE(watched.body.find("PartialObjectMetadata"), std::string::npos);
  EXPECT_EQ(watched.body.find("ConfigMap"), std::string::npos);
}

// Of YAML there is no stream, and the first alternative is what counts.
TEST_F(ProtobufAnswersTest, AreNotYamlForAWatch) {
  const Answered refused =
      ask("GET", kConfigMaps + "?watch=1", "application/yaml,application/json");
  EXPECT_EQ(refused.status, 406);
  expect_type(refused, "application/yaml");
  EXPECT_EQ(refused.event->response_status->message,
            "only the following media types are accepted: application/json;stream=watch, "
            "application/vnd.kubernetes.protobuf;stream=watch");
}

}  // namespace
}  // namespace kaudit::apiserver::api
