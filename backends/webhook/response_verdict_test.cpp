#include "backends/webhook/response_verdict.hpp"

#include <gtest/gtest.h>

#include "base/client/response_text.hpp"

namespace kaudit::backends::webhook {
namespace {

using namespace std::chrono_literals;

std::optional<std::string> text_of(int status, std::string body = "", std::string type = "") {
  return refusal({status, std::move(type), "", "", std::move(body)});
}

TEST(ResponseVerdictTest, SuccessIs200To206) {
  for (int status = 200; status <= 206; ++status) EXPECT_EQ(text_of(status), std::nullopt);
  for (const int status : {101, 207, 299, 300, 302, 304, 400, 600}) {
    EXPECT_NE(text_of(status), std::nullopt) << status;
  }
  EXPECT_EQ(text_of(200, R"({"kind":"Status","status":"Failure"})", "application/json"),
            std::nullopt);
}

TEST(ResponseVerdictTest, TextsAreThoseOfKubernetes) {
  EXPECT_EQ(text_of(400, "no thanks"), "the server rejected our request for an unknown reason");
  EXPECT_EQ(text_of(401), "the server has asked for the client to provide credentials");
  EXPECT_EQ(text_of(403, " no thanks\n"), "no thanks");
  EXPECT_EQ(text_of(404), "the server could not find the requested resource");
  EXPECT_EQ(text_of(409), "the server reported a conflict");
  EXPECT_EQ(text_of(413),
            "the server responded with the status code 413 but did not return more information");
  EXPECT_EQ(text_of(422), "the server rejected our request due to an error in our request");
  EXPECT_EQ(text_of(429),
            "the server has received too many requests and has asked us to try again later");
  EXPECT_EQ(text_of(500, "no \"thanks\""),
            "an error on the server (\"no \\\"thanks\\\"\") has prevented the request from "
            "succeeding");
  EXPECT_EQ(text_of(600),
            "an error on the server (\"\") has prevented the request from succeeding");
  EXPECT_EQ(text_of(500, "x", "image/png"),
            "an error on the server (\"unknown\") has prevented the request from succeeding");
  EXPECT_EQ(text_of(503), "the server is currently unable to handle the request");
}

TEST(ResponseVerdictTest, AStatusSaysItItself) {
  const std::string status = R"({"kind":"Status","apiVersion":"v1","status":"Failure",
                                 "message":"bad \u003clist\u003e","code":400})";
  EXPECT_EQ(text_of(400, status, "application/json; charset=utf-8"), "bad <list>");
  EXPECT_EQ(text_of(400, status), "bad <list>");
  EXPECT_EQ(text_of(400, status, "text/plain"),
            "the server rejected our request for an unknown reason");
  EXPECT_EQ(text_of(400, R"({"kind":"Pod"})", "application/json"),
            "the server rejected our request for an unknown reason");
}

TEST(ResponseVerdictTest, AContentTypeThatCannotBeReadIsAFailure) {
  EXPECT_TRUE(client::is_media_type("text/plain"));
  EXPECT_TRUE(client::is_media_type(" application/json ; charset=\"a\\\"b\"; x=y ;"));
  EXPECT_TRUE(client::is_media_type("text"));
  for (const char* text : {";", "/plain", "text/", "text/plain x", "text/plain; x", "a/b; x=\"y"}) {
    EXPECT_FALSE(client::is_media_type(text)) << text;
    EXPECT_NE(text_of(200, "", text), std::nullopt) << text;
  }
}

TEST(ResponseVerdictTest, RetryAfterIsInWholeSecondsOn429And5xx) {
  const auto asked = [](int status, const char* value) {
    return retry_after({status, "", "", value, ""});
  };
  EXPECT_EQ(asked(429, "2"), 2s);
  EXPECT_EQ(asked(500, "0"), 0s);
  EXPECT_EQ(asked(600, "+1"), 1s);
  EXPECT_EQ(asked(503, "-7"), 0s);
  EXPECT_EQ(asked(503, "99999999999999999999"), 3600s);
  EXPECT_EQ(asked(400, "1"), std::nullopt);
  for (const char* value : {"", "soon", "1.5", "Wed, 21 Oct 2065 07:28:00 GMT", "1s"}) {
    EXPECT_EQ(asked(503, value), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace kaudit::backends::webhook
