#include <algorithm>
#include <numeric>
#include <string>
#include <vector>
#include <zlib.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apiserver/api/read/continue_token.hpp"
#include "apiserver/api/testing/world.hpp"

namespace kaudit::apiserver::api {
namespace {

using Json = nlohmann::json;
using testing::Answered;
using testing::kConfigMaps;
using testing::World;

using Names = std::vector<std::string>;

class ApiListTest : public ::testing::Test {
 protected:
  Answered get(const std::string& target) { return world.ask({"GET", target}); }
  Json list(const std::string& target) { return Json::parse(get(target).body); }
  void create(const std::string& target, const std::string& body) {
    const Answered answered = world.ask({"POST", target, {}, body});
    ASSERT_EQ(answered.status, 201) << answered.body;
  }
  void create_config_maps(std::initializer_list<const char*> names) {
    for (const std::string name : names) {
      create(kConfigMaps, R"({"metadata":{"name":")" + name + R"("}})");
    }
  }
  std::string version() { return std::to_string(world.store().resource_version()); }
  static Names names_of(const Json& list) {
    Names names;
    for (const Json& item : list.at("items")) names.push_back(item["metadata"]["name"]);
    return names;
  }
  void expect_refused(const std::string& target, int code, const std::string& message) {
    const Answered answered = get(target);
    EXPECT_EQ(answered.status, code) << target;
    EXPECT_EQ(Json::parse(answered.body)["message"], message) << target;
  }

  World world;
};

TEST_F(ApiListTest, PagesShowTheMomentOfTheFirst) {
  create_config_maps({"a", "b", "c"});
  const std::string before = version();
  const Json first = list(kConfigMaps + "?limit=2");
  EXPECT_EQ(names_of(first), Names({"a", "b"}));
  EXPECT_EQ(first["metadata"]["remainingItemCount"], 1);
  create_config_maps({"d"});
  world.ask({"DELETE", kConfigMaps + "/c"});
  const std::string token = first["metadata"]["continue"];
  const Json second = list(kConfigMaps + "?limit=2&continue=" + token);
  EXPECT_EQ(names_of(second), Names({"c"}));
  EXPECT_EQ(second["metadata"]["resourceVersion"], before);
  EXPECT_FALSE(second["metadata"].contains("continue"));
}

TEST_F(ApiListTest, CountsNotWhatNobodyCounted) {
  create_config_maps({"a", "b", "c"});
  const Json first = list(kConfigMaps + "?limit=1&labelSelector=!x");
  EXPECT_TRUE(first["metadata"].contains("continue"));
  EXPECT_FALSE(first["metadata"].contains("remainingItemCount"));
}

TEST_F(ApiListTest, ShowsAVersionExactlyOrNoOlder) {
  create_config_maps({"a"});
  const std::string then = version();
  create_config_maps({"b"});
  const std::string at = kConfigMaps + "?resourceVersion=" + then;
  EXPECT_EQ(names_of(list(at + "&resourceVersionMatch=Exact")), Names({"a"}));
  EXPECT_EQ(list(at + "&resourceVersionMatch=Exact")["metadata"]["resourceVersion"], then);
  EXPECT_EQ(names_of(list(at + "&resourceVersionMatch=NotOlderThan")), Names({"a", "b"}));
  EXPECT_EQ(names_of(list(at)), Names({"a", "b"}));
  // With a limit and no match the version is meant exactly.
  EXPECT_EQ(names_of(list(at + "&limit=5")), Names({"a"}));
  EXPECT_EQ(names_of(list(kConfigMaps + "?resourceVersion=0&limit=1")), Names({"a", "b"}));
}

TEST_F(ApiListTest, RefusesAVersionToCome) {
  for (const char* match : {"", "&resourceVersionMatch=Exact", "&limit=1"}) {
    const Answered answered = get(kConfigMaps + "?resourceVersion=99999" + match);
    EXPECT_EQ(answered.status, 504) << match;
    EXPECT_EQ(answered.headers.first("Retry-After"), "1");
    const Json status = Json::parse(answered.body);
    EXPECT_EQ(status["message"],
              "Timeout: Too large resource version: 99999, current: " + version());
    EXPECT_EQ(status["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  }
  EXPECT_EQ(get("/api/v1/namespaces/default?resourceVersion=99999").status, 504);
}

TEST_F(ApiListTest, RefusesWhatDoesNotGoTogether) {
  const std::string prefix = "ListOptions.meta.k8s.io \"\" is invalid: ";
  const std::string match = "?resourceVersionMatch=";
  expect_refused(kConfigMaps + match + "Exact", 422,
                 prefix +
                     "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless "
                     "resourceVersion is provided");
  expect_refused(kConfigMaps + match + "Exact&resourceVersion=0", 422,
                 prefix +
                     "resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden "
                     "for resourceVersion \"0\"");
  expect_refused(kConfigMaps + match + "Near&resourceVersion=1", 422,
                 prefix +
                     "resourceVersionMatch: Unsupported value: \"Near\": supported values: "
                     "\"Exact\", \"NotOlderThan\", \"\"");
  expect_refused(kConfigMaps + "?sendInitialEvents=true", 422,
                 prefix + "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list");
  const std::string token = ContinueToken::after(1, "a").encode();
  expect_refused(kConfigMaps + "?resourceVersion=5&continue=" + token, 400,
                 "specifying resource version is not allowed when using continue");
  expect_refused(kConfigMaps + "?resourceVersion=abc", 400,
                 "invalid resource version: resourceVersion: Invalid value: \"abc\": "
                 "strconv.ParseUint: parsing \"abc\": invalid syntax");
}

TEST_F(ApiListTest, OffersTheRestOfAListWhoseMomentIsForgotten) {
  World forgetful({}, {.history = 2});
  for (const std::string name : {"a", "b", "c", "d"}) {
    forgetful.ask({"POST", kConfigMaps, {}, R"({"metadata":{"name":")" + name + R"("}})"});
  }
  const auto page = Json::parse(forgetful.ask({"GET", kConfigMaps + "?limit=2"}).body);
  for (const char* name : {"a", "b"}) forgetful.ask({"DELETE", kConfigMaps + "/" + name});
  forgetful.ask({"DELETE", kConfigMaps + "/c"});
  const Answered expired = forgetful.ask(
      {"GET",
       kConfigMaps + "?limit=2&continue=" + page["metadata"]["continue"].get<std::string>()});
  EXPECT_EQ(expired.status, 410);
  const Json status = Json::parse(expired.body);
  EXPECT_EQ(status["reason"], "Expired");
  const std::string rest = status["metadata"]["continue"];
  const auto last = Json::parse(forgetful.ask({"GET", kConfigMaps + "?continue=" + rest}).body);
  EXPECT_EQ(names_of(last), Names({"d"}));

  const Answered old =
      forgetful.ask({"GET", kConfigMaps + "?resourceVersion=5&resourceVersionMatch=Exact"});
  EXPECT_EQ(old.status, 410);
  EXPECT_EQ(Json::parse(old.body)["message"],
            "The resourceVersion for the provided list is too old.");
}

TEST_F(ApiListTest, RefusesTokensThatAreNone) {
  const auto token = [](std::int64_t version, const std::string& from) {
    return kConfigMaps + "?continue=" + ContinueToken{version, from}.encode();
  };
  EXPECT_EQ(get(kConfigMaps + "?continue=rubbish").status, 400);
  EXPECT_EQ(get(kConfigMaps + "?continue=%21").status, 400);
  EXPECT_EQ(get(token(0, "a")).status, 400);
  for (const char* from : {"../secrets/x", "a/./b", "a//b", "a/"}) {
    EXPECT_EQ(get(token(1, from)).status, 400) << from;
  }
  EXPECT_EQ(get(token(-1, "")).status, 200);
  EXPECT_EQ(get(token(99999, "a")).status, 504);
}

TEST_F(ApiListTest, SelectsByTheFieldsOfTheKind) {
  const std::string pods = "/api/v1/namespaces/default/pods";
  create(pods, R"({"metadata":{"name":"p1"},"spec":{"nodeName":"n1","containers":[{"name":"c",
      "image":"i"}],"restartPolicy":"Never"}})");
  create(pods, R"({"metadata":{"name":"p2"},"spec":{"hostNetwork":true,"containers":[{"name":"c",
      "image":"i"}]}})");
  const auto select = [&](const std::string& selector) {
    return names_of(list("/api/v1/pods?fieldSelector=" + selector));
  };
  EXPECT_EQ(select("spec.nodeName=n1"), Names({"p1"}));
  EXPECT_EQ(select("spec.nodeName%21=n1"), Names({"p2"}));
  EXPECT_EQ(select("spec.nodeName="), Names({"p2"}));
  EXPECT_EQ(select("spec.hostNetwork=false"), Names({"p1"}));
  EXPECT_EQ(select("spec.restartPolicy=Never,metadata.namespace=default"), Names({"p1"}));
  EXPECT_EQ(select("metadata.name=p2"), Names({"p2"}));
  EXPECT_EQ(names_of(list(pods + "?fieldSelector=metadata.name=p2&limit=1")), Names({"p2"}));
  EXPECT_EQ(names_of(list(pods + "?fieldSelector=metadata.name=p")), Names({}));
}

TEST_F(ApiListTest, RefusesFieldsInTheWordsOfTheKind) {
  const std::string nope = "?fieldSelector=spec.nope=1";
  expect_refused(kConfigMaps + nope, 400,
                 "\"spec.nope\" is not a known field selector: only \"metadata.name\", "
                 "\"metadata.namespace\"");
  expect_refused("/api/v1/pods" + nope, 400, "field label not supported: spec.nope");
  expect_refused("/apis/batch/v1/jobs" + nope, 400,
                 "field label \"spec.nope\" not supported for batchv1.Job");
}

/// What gzip makes of it when it is undone.
std::string unpacked(const std::string& packed) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "";
  std::string text;
  std::string block(std::size_t{1} << 16U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(block, 0, block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && stream.avail_in == 0 ? text : "";
}

class ApiLargeListTest : public ApiListTest {
 protected:
  /// Items smaller and larger than a piece, in both orders.
  void create_large() {
    int number = 0;
    for (const std::size_t size : {1, 100'000, 30'000, 300'000, 50'000, 2, 70'000}) {
      create(kConfigMaps, R"({"metadata":{"name":"c)" + std::to_string(number++) +
                              R"("},"data":{"k":")" + std::string(size, 'x') + R"("}})");
    }
  }
  Answered ask(const std::string& target, audit::Level level,
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    return world.ask({"GET", target, headers, "", level});
  }
  Answered whole(const std::string& target) { return ask(target, audit::Level::RequestResponse); }
  Answered streamed(const std::string& target) { return ask(target, audit::Level::Metadata); }
};

TEST_F(ApiLargeListTest, HasTheSameBytesWhetherItIsWholeOrStreamed) {
  create_large();
  for (const std::string query : {"", "?limit=5", "?labelSelector=a!%3Db"}) {
    const Answered expected = whole(kConfigMaps + query);
    const Answered answered = streamed(kConfigMaps + query);
    EXPECT_EQ(answered.status, 200);
    EXPECT_TRUE(answered.finished);
    EXPECT_EQ(answered.headers.first("Content-Type"), "application/json");
    EXPECT_TRUE(answered.body == expected.body) << query;
    EXPECT_EQ(answered.event->response_status->code, 200);
    EXPECT_TRUE(answered.event->response_object.empty());
    EXPECT_EQ(expected.event->response_object.view().size() + 1, expected.body.size());
  }
  EXPECT_EQ(names_of(Json::parse(streamed(kConfigMaps).body)).size(), 7U);
}

TEST_F(ApiLargeListTest, IsCompressedWhileItIsStreamed) {
  create_large();
  const Answered answered = ask(kConfigMaps, audit::Level::Metadata, {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answered.headers.first("Content-Encoding"), "gzip");
  EXPECT_EQ(answered.headers.first("Vary"), "Accept-Encoding");
  EXPECT_TRUE(unpacked(answered.body) == whole(kConfigMaps).body);
}

TEST_F(ApiLargeListTest, LeavesInPiecesThatDoNotGrowWithIt) {
  create_large();
  std::vector<std::size_t> pieces;
  world.on_write = [&pieces](std::string_view piece) { pieces.push_back(piece.size()); };
  const std::size_t size = streamed(kConfigMaps).body.size();
  EXPECT_GT(size, 500'000U);
  EXPECT_EQ(std::accumulate(pieces.begin(), pieces.end(), std::size_t{0}), size);
  EXPECT_LE(*std::max_element(pieces.begin(), pieces.end()), 128U * 1024U);
}

TEST_F(ApiLargeListTest, IsWholeInAnotherFormOrLayout) {
  create_large();
  std::size_t pieces = 0;
  world.on_write = [&pieces](std::string_view) { ++pieces; };
  const Answered indented = streamed(kConfigMaps + "?pretty=1");
  EXPECT_EQ(Json::parse(indented.body), Json::parse(whole(kConfigMaps).body));
  for (const char* accept : {"application/yaml", "application/json;as=Table;g=meta.k8s.io;v=v1"}) {
    EXPECT_EQ(ask(kConfigMaps, audit::Level::Metadata, {{"Accept", accept}}).status, 200) << accept;
  }
  EXPECT_EQ(pieces, 0U);
}

}  // namespace
}  // namespace kaudit::apiserver::api
