#include "apiserver/request/request_source.hpp"

#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::apiserver::request {
namespace {

using ::testing::ElementsAre;

http::Headers with(std::string_view name, std::string_view value) {
  http::Headers headers;
  headers.add(name, value);
  return headers;
}

TEST(RequestSource, IsWhatTheRequestSaysWhateverTheOneBeforeSaid) {
  for (int round = 0; round < 2; ++round) {
    for (const std::string agent : {"kubectl", "helm"}) {
      EXPECT_EQ(source_of(with("User-Agent", agent), "10.0.0.1:1")->user_agent, agent);
    }
    for (const std::string ip : {"192.0.2.1", "192.0.2.2"}) {
      EXPECT_THAT(source_of(with("X-Forwarded-For", ip), "10.0.0.1:1")->ips,
                  ElementsAre(ip, "10.0.0.1"));
      EXPECT_THAT(source_of(with("X-Real-Ip", ip), "10.0.0.1:1")->ips, ElementsAre(ip, "10.0.0.1"));
    }
    for (const std::string ip : {"10.0.0.1", "10.0.0.2"}) {
      EXPECT_THAT(source_of({}, ip + ":1234")->ips, ElementsAre(ip));
    }
    for (const std::string ip : {"::1", "::2"}) {
      EXPECT_THAT(source_of({}, "[" + ip + "]:1234")->ips, ElementsAre(ip));
      EXPECT_THAT(source_of({}, ip)->ips, ElementsAre(ip));
    }
    const std::string long_agent(5'000, 'a');
    EXPECT_EQ(source_of(with("User-Agent", long_agent), "10.0.0.1:1")->user_agent, long_agent);
  }
}

TEST(RequestSource, IsThatOfTheLinesWhateverRequestHadTheirPlaceBefore) {
  for (int round = 0; round < 2; ++round) {
    // Numbers that share a place, and requests of which nothing is known.
    for (const std::uint64_t id : {0U, 1U, 65U, 129U, 0U, 65U}) {
      http::Request request;
      const std::string agent = "agent " + std::to_string(id);
      request.headers = with("User-Agent", agent);
      request.peer.address = "10.0.0.1:1";
      request.lines_id = id;
      EXPECT_EQ(source_of(request)->user_agent, agent);
      EXPECT_THAT(source_of(request)->ips, ElementsAre("10.0.0.1"));
    }
  }
}

TEST(RequestSource, IsSharedByTheConnectionsOfAHost) {
  const auto one = source_of(with("User-Agent", "kubectl"), "10.0.0.1:1234");
  const auto other = source_of(with("User-Agent", "kubectl"), "10.0.0.1:5678");
  EXPECT_EQ(&*one, &*other);
}

}  // namespace
}  // namespace kaudit::apiserver::request
