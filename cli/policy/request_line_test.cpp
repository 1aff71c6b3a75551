#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/policy/request_attributes.hpp"

namespace kaudit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RequestAttributes read(const std::string& line) {
  auto request = read_request_line(line);
  EXPECT_TRUE(request) << line << ": " << (request ? "" : request.error().message);
  return request.value_or(RequestAttributes{});
}

TEST(RequestLine, DerivesWhatAServerWouldDerive) {
  const RequestAttributes request =
      read("GET /apis/apps/v1/namespaces/x/deployments/web/scale?watch=1 --as alice --group devs");
  EXPECT_TRUE(request.resource_request);
  EXPECT_EQ(request.verb, "get");
  EXPECT_EQ(request.api_group, "apps");
  EXPECT_EQ(request.api_version, "v1");
  EXPECT_EQ(request.resource, "deployments");
  EXPECT_EQ(request.subresource, "scale");
  EXPECT_EQ(request.ns, "x");
  EXPECT_EQ(request.name, "web");
  ASSERT_TRUE(request.user);
  EXPECT_EQ(request.user->username, "alice");
  EXPECT_THAT(request.user->groups, ElementsAre("devs", "system:authenticated"));
  EXPECT_EQ(read("/api/v1/namespaces/x/secrets?watch=1").verb, "watch");
  EXPECT_EQ(read("DELETE /api/v1/namespaces/x/pods").verb, "deletecollection");
  EXPECT_FALSE(read("/healthz").resource_request);
}

TEST(RequestLine, AddsTheGroupsThatAServerAdds) {
  EXPECT_THAT(read("/x --as system:anonymous").user->groups, ElementsAre("system:unauthenticated"));
  EXPECT_THAT(
      read("/x --as=system:serviceaccount:ns:name").user->groups,
      ElementsAre("system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"));
  EXPECT_THAT(read("/x --as a --group system:authenticated").user->groups,
              ElementsAre("system:authenticated"));
  EXPECT_FALSE(read("/x --unauthenticated").user);
}

TEST(RequestLine, TakesWordsInQuotes) {
  EXPECT_EQ(read("GET '/api/v1/pods' --as \"a b\"").user->username, "a b");
  EXPECT_EQ(read("GET /api/v1/pods --as ''").user->username, "");
}

TEST(RequestLine, SaysWhatIsWrong) {
  const auto error = [](const std::string& line) {
    const auto request = read_request_line(line);
    return request ? std::string("none") : request.error().message;
  };
  EXPECT_THAT(error(""), HasSubstr("is no request"));
  EXPECT_THAT(error("GET api/v1"), HasSubstr("METHOD PATH"));
  EXPECT_THAT(error("GET /x /y"), HasSubstr("is no request"));
  EXPECT_THAT(error("/x --as"), HasSubstr("--as needs a value"));
  EXPECT_THAT(error("/x --who me"), HasSubstr("unknown option --who"));
  EXPECT_THAT(error("/x --as 'a"), HasSubstr("not closed"));
  EXPECT_THAT(error("/x --as a --unauthenticated"), HasSubstr("neither"));
  EXPECT_THAT(error("GET /api/v1/watch"), HasSubstr("500"));
  EXPECT_THAT(error("GET /%zz"), HasSubstr("400"));
}

TEST(RequestWords, AreForPeople) {
  EXPECT_EQ(in_words(read("/api/v1/namespaces/x/pods/web/log")),
            "get pods/log of the core group, name web, namespace x");
  EXPECT_EQ(in_words(read("/apis/apps/v1/deployments")), "list deployments of apps");
  EXPECT_EQ(in_words(read("POST /healthz")), "post /healthz");
}

}  // namespace
}  // namespace kaudit::cli
