#include "cli/policy/input/policy_test_file.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kaudit::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(PolicyTestFile, ReadsRequestsInBothForms) {
  const auto tests = read_policy_tests(
      "tests:\n"
      "- name: one\n"
      "  requests:\n"
      "  - GET /api/v1/pods --as alice\n"
      "  - {verb: get, resource: secrets, namespace: x, user: {name: bob, groups: [g]}}\n"
      "  - {verb: get, path: /healthz}\n"
      "  expect: Metadata\n",
      "t.yaml");
  ASSERT_TRUE(tests) << tests.error().message;
  ASSERT_EQ(tests->size(), 1U);
  const PolicyTest& test = tests->front();
  EXPECT_EQ(test.name, "one");
  ASSERT_EQ(test.requests.size(), 3U);
  EXPECT_EQ(test.requests[0].attributes.verb, "list");
  EXPECT_TRUE(test.requests[1].attributes.resource_request);
  EXPECT_EQ(test.requests[1].attributes.user->username, "bob");
  EXPECT_FALSE(test.requests[2].attributes.resource_request);
  EXPECT_TRUE(test.requests[2].attributes.user) << "only null is a login that failed";
  EXPECT_EQ(test.expected.level, audit::Level::Metadata);
}

TEST(PolicyTestFile, NamesATestAfterItsRequestWhenItHasNoName) {
  const auto tests = read_policy_tests("[{request: GET /x, expect: None}]", "t.yaml");
  ASSERT_TRUE(tests) << tests.error().message;
  EXPECT_EQ(tests->front().name, "GET /x");
}

TEST(PolicyTestFile, RefusesWhatItDoesNotKnowWithItsPlace) {
  const auto error = [](const std::string& text) {
    const auto tests = read_policy_tests(text, "t.yaml");
    return tests ? std::string("none") : tests.error().message;
  };
  EXPECT_THAT(error("tests: []\n"), HasSubstr("at least one test"));
  EXPECT_THAT(error("test:\n- x\n"), HasSubstr("unknown field \"test\""));
  EXPECT_EQ(error("tests:\n- request: GET /x\n  expect: {levl: None}\n"),
            "t.yaml:3:12: expect: unknown field \"levl\": there are level, atLeast, atMost, "
            "stages, rule, omitManagedFields");
  EXPECT_THAT(error("[{request: GET /x}]"), HasSubstr("needs expect"));
  EXPECT_THAT(error("[{expect: None}]"), HasSubstr("either request or requests"));
  EXPECT_THAT(error("[{request: GET /x, expect: {}}]"), HasSubstr("nothing in it"));
  EXPECT_THAT(error("[{request: GET /x, expect: none}]"), HasSubstr("RequestResponse"));
  EXPECT_THAT(error("[{request: GET /x, expect: {stages: [Panic]}}]"), HasSubstr("stages"));
  EXPECT_THAT(error("[{request: GET /x, expect: {rule: -2}}]"), HasSubstr("index"));
  EXPECT_THAT(error("[{request: {verbs: get}, expect: None}]"), HasSubstr("\"verbs\""));
  EXPECT_THAT(error("[{request: GO, expect: None}]"), HasSubstr("is not a request"));
  EXPECT_THAT(error("tests: [\n"), StartsWith("t.yaml:"));
}

TEST(Expectation, ComparesOnlyWhatItWasGiven) {
  audit::Decision decision;
  decision.level = audit::Level::Request;
  decision.rule = 4;
  decision.omit_stages.insert(audit::Stage::RequestReceived);
  audit::UserInfo user;
  audit::Attributes request;
  request.user = &user;
  request.verb = "get";
  request.path = "/x";
  Expectation expected;
  EXPECT_THAT(expected.failures(decision, request), IsEmpty());
  expected.level = audit::Level::Request;
  expected.at_least = audit::Level::Metadata;
  expected.rule = 4;
  expected.stages.emplace().insert(audit::Stage::ResponseComplete);
  EXPECT_THAT(expected.failures(decision, request), IsEmpty());
  expected.at_most = audit::Level::Metadata;
  expected.rule = 5;
  expected.omit_managed_fields = true;
  expected.stages.reset();
  EXPECT_THAT(expected.failures(decision, request),
              ElementsAre("expected at most level Metadata, got Request", "expected rule 5, got 4",
                          "expected omitManagedFields true, got false"));
}

}  // namespace
}  // namespace kaudit::cli
