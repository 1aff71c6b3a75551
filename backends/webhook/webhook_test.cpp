#include "backends/webhook/webhook.hpp"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "audit/encoder.hpp"
#include "audit/report.hpp"
#include "backends/testing/backend_fixtures.hpp"
#include "backends/webhook/testing/receiver.hpp"
#include "base/testing/wait.hpp"

namespace kaudit::backends {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Receiver;
using testing::Reply;

struct WebhookTest : ::testing::Test {
  testing::TemporaryFolder folder;
  testing::CapturedLog log;
  audit::Counters counters;
  testing::StepObserver observer;
  const std::vector<audit::EventPtr> events = {testing::event("a"), testing::event("b")};

  std::unique_ptr<Webhook> open(const std::string& server, const std::string& user = "{}",
                                std::chrono::nanoseconds backoff = 1ms) {
    testing::write_file(folder.path("w.yaml"),
                        "clusters: [{name: k, cluster: {server: \"http://" + server +
                            "\"}}]\nusers: [{name: u, user: " + user +
                            "}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
                            "current-context: c\n");
    WebhookOptions options;
    options.config_file = folder.path("w.yaml");
    options.initial_backoff = backoff;
    auto webhook = Webhook::open(options, counters, {&observer, "webhook"});
    if (!webhook) throw std::runtime_error(webhook.error().message);
    return *std::move(webhook);
  }
};

bool is_redirect(const json& answer) {
  return answer.contains("headers") && answer["headers"].is_object() &&
         answer["headers"].contains("Location");
}

Reply reply_of(const json& answer) {
  if (answer.value("drop", false)) return {"", Reply::Then::Close};
  std::string headers;
  if (answer["headers"].is_object()) {
    for (const auto& [name, value] : answer["headers"].items()) {
      headers += name + ": " + value.get<std::string>() + "\r\n";
    }
  }
  return Reply::status(answer["code"], headers, answer["body"]);
}

TEST_F(WebhookTest, VectorsTriesAndVerdictsAreThoseOfKubeApiserver) {
  int cases = 0;
  for (const auto& vectors : testing::vector_folders("webhook")) {
    std::ifstream lines(vectors / "cases.jsonl");
    ASSERT_TRUE(lines) << vectors;
    for (std::string line; std::getline(lines, line); ++cases) {
      json expected = json::parse(line);
      SCOPED_TRACE(expected["name"].get<std::string>());
      const json& answers = expected["answers"];
      const auto nth = [&answers](int n) {
        return answers[std::min<std::size_t>(static_cast<std::size_t>(n), answers.size() - 1)];
      };
      if (is_redirect(answers[0])) {
        // Not followed (audit-semantics 8.10): a failure like others, then tried again.
        int tries = 1;
        while (tries < 5 && nth(tries - 1)["code"] != 200) ++tries;
        expected["delivered"] = nth(tries - 1)["code"] == 200;
        expected["requestCount"] = tries;
      }
      Receiver receiver([&nth](int n) { return reply_of(nth(n)); });
      const auto webhook = open(receiver.address() + expected["serverPath"].get<std::string>());
      EXPECT_EQ(webhook->process(events), expected["delivered"].get<bool>());
      const auto requests = receiver.requests();
      EXPECT_EQ(requests.size(), expected["requestCount"].get<std::size_t>());
      const std::string url = expected["requests"][0]["url"];
      for (const auto& request : requests) {
        EXPECT_EQ(request.line(), "POST " + url + " HTTP/1.1");
        EXPECT_EQ(request.body, requests.front().body);
      }
    }
  }
  EXPECT_GE(cases, 35);
}

TEST_F(WebhookTest, ARequestHasTheHeadersOfKubeApiserversInItsOrder) {
  Receiver receiver([](int) { return Reply::status(200); });
  EXPECT_TRUE(open(receiver.address() + "/audit",
                   "{username: joe, password: 'p:w', as: jane, as-groups: [g1, g2], as-uid: u, "
                   "as-user-extra: {a%/b: [x]}}")
                  ->process(events));
  std::string body;
  audit::append_event_list(body, events);
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].body, body);
  EXPECT_EQ(requests[0].head, "POST /audit?timeout=30s HTTP/1.1\r\nHost: " + receiver.address() +
                                  "\r\nUser-Agent: kaudit-apiserver\r\nContent-Length: " +
                                  std::to_string(body.size()) +
                                  "\r\nAccept: application/json, */*\r\n"
                                  "Authorization: Basic am9lOnA6dw==\r\n"
                                  "Content-Type: application/json\r\n"
                                  "Impersonate-Extra-A%25%2fb: x\r\n"
                                  "Impersonate-Group: g1\r\nImpersonate-Group: g2\r\n"
                                  "Impersonate-Uid: u\r\nImpersonate-User: jane\r\n"
                                  "Accept-Encoding: gzip\r\n\r\n");
}

TEST_F(WebhookTest, AConnectionIsKeptForTheNextList) {
  Receiver receiver([](int n) { return Reply::status(n < 2 ? 500 : 200, "", "no"); });
  const auto webhook = open(receiver.address());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(webhook->process(events));
  EXPECT_EQ(receiver.requests().size(), 5U);
  EXPECT_EQ(receiver.connections(), 1);
  EXPECT_EQ(webhook->figures().delivered_events(), 6U);
  EXPECT_EQ(webhook->figures().retries(), 2U);
}

TEST_F(WebhookTest, AConnectionThatWasClosedMeanwhileCostsNoTry) {
  Receiver receiver([](int) {
    return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Reply::Then::Close};
  });
  const auto webhook = open(receiver.address());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(webhook->process(events));
    // Until the end of the connection has come, it may still be taken for a good one.
    for (int tries = 0; tries < 200 && receiver.connections() <= i; ++tries) {
      std::this_thread::sleep_for(1ms);
    }
  }
  EXPECT_EQ(audit::reports_of(*webhook).front().lost_events(), 0U);
}

TEST_F(WebhookTest, ALossIsCountedAndToldAsKubeApiserverTellsIt) {
  Receiver receiver([](int) { return Reply::status(500, "", "no thanks"); });
  const auto webhook = open(receiver.address());
  EXPECT_FALSE(webhook->process(events));
  EXPECT_EQ(counters.errors()["webhook"], 2U);
  EXPECT_EQ(webhook->figures().lost_events(LossReason::Refused), 2U);
  EXPECT_EQ(webhook->figures().retries(), 4U);
  EXPECT_EQ(audit::reports_of(*webhook).front().lost_events(), 2U);
  EXPECT_EQ(observer.steps().front(), "webhook retried a attempt 2");
  EXPECT_EQ(observer.steps().back(), "webhook lost b attempt 5 refused");
  EXPECT_THAT(log.take(),
              HasSubstr("error: Error in audit plugin 'webhook' affecting 2 audit events: an error "
                        "on the server (\"no thanks\") has prevented the request from succeeding\n"
                        "Impacted events:\n" +
                        testing::legacy_line(events[0]) + testing::legacy_line(events[1])));
}

TEST_F(WebhookTest, TheLogSaysWhereEventsGoWhatFailsFirstAndWhenItIsOver) {
  Receiver receiver([](int n) { return Reply::status(n < 2 || n > 3 ? 503 : 200); });
  const auto webhook = open(receiver.address() + "/x");
  const std::string url = "http://" + receiver.address() + "/x?timeout=30s";
  EXPECT_EQ(log.take(), "info: The audit webhook posts to " + url +
                            " in lists of up to 400 events, each within 30s\n");
  EXPECT_TRUE(webhook->process(events));
  EXPECT_THAT(
      log.take(),
      ::testing::MatchesRegex(
          "warning: The audit webhook's attempt 1 of 5 failed, the next is in [0-9]+ms: Post "
          "\"" +
          url.substr(0, url.find('?')) +
          ".timeout=30s\" was answered 503: the server is "
          "currently unable to handle the request\ninfo: The audit webhook delivers to .* again, "
          "[0-9]+ms after the first failure\n"));
  EXPECT_TRUE(webhook->process(events));
  EXPECT_EQ(log.take(), "");
  EXPECT_FALSE(webhook->process(events));
  EXPECT_THAT(log.take(), HasSubstr("The audit webhook has given up a list of 2 events: Post \"" +
                                    url + "\" was answered 503: "));
}

TEST_F(WebhookTest, AnEndlessInterimAnswerIsALossWithItsReason) {
  Receiver receiver([](int) {
    Reply reply{"", Reply::Then::GoOn};
    reply.piece = "HTTP/1.1 100 Continue\r\n\r\n";
    return reply;
  });
  const auto webhook = open(receiver.address());
  EXPECT_FALSE(webhook->process(events));
  EXPECT_EQ(webhook->figures().lost_events(LossReason::Network), 2U);
  EXPECT_EQ(counters.errors()["webhook"], 2U);
  EXPECT_THAT(log.take(), HasSubstr("too many 1xx informational responses"));
}

struct BrokenCase {
  Reply reply;
  std::string text;
};

TEST_F(WebhookTest, BrokenAnswersAreFailuresInGosWords) {
  const std::vector<BrokenCase> cases = {
      {{"", Reply::Then::Close}, ": EOF"},
      {{"", Reply::Then::Reset}, "read: connection reset by peer"},
      {{"what is this\r\n\r\n", Reply::Then::KeepOpen},
       "net/http: HTTP/1.x transport connection broken: malformed HTTP status code \"is\""},
      {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Reply::Then::Close},
       "unexpected error when reading response body. Please retry. Original error: unexpected EOF"},
      {{"HTTP/1.1 200 OK\r\nContent-Le", Reply::Then::Close}, "unexpected EOF"},
  };
  for (const auto& broken : cases) {
    SCOPED_TRACE(broken.text);
    Receiver receiver([&broken](int) { return broken.reply; });
    const auto webhook = open(receiver.address() + "/x");
    log.take();
    EXPECT_FALSE(webhook->process(events));
    EXPECT_EQ(receiver.requests().size(), 5U);
    EXPECT_THAT(log.take(), HasSubstr(broken.text));
    EXPECT_EQ(webhook->figures().lost_events(LossReason::Network), 2U);
  }
  const std::string address = "127.0.0.1:" + std::to_string(testing::closed_port());
  EXPECT_FALSE(open(address + "/x")->process(events));
  EXPECT_THAT(log.take(), HasSubstr("Post \"http://" + address + "/x?timeout=30s\": dial tcp " +
                                    address + ": connect: connection refused"));
}

TEST_F(WebhookTest, GivingUpCutsAWaitForAnAnswerAndAPause) {
  for (const auto then : {Reply::Then::Hang, Reply::Then::Close}) {
    Receiver receiver([then](int) { return Reply{"", then}; });
    const auto webhook = open(receiver.address(), "{}", 1h);
    std::thread deliverer([&] { EXPECT_FALSE(webhook->process(events)); });
    kaudit::testing::wait_for("a request", [&] { return !receiver.requests().empty(); });
    webhook->give_up();
    deliverer.join();
    EXPECT_EQ(webhook->figures().lost_events(LossReason::Shutdown), 2U);
    EXPECT_EQ(receiver.requests().size(), 1U);
  }
  EXPECT_EQ(counters.errors()["webhook"], 4U);
}

TEST_F(WebhookTest, ShutdownWaitsForWhatIsUnderWayAndRefusesWhatComesLater) {
  std::atomic<bool> released{false};
  Receiver receiver([&released](int) {
    released.wait(false);
    return Reply::status(200);
  });
  const auto webhook = open(receiver.address());
  std::thread deliverer([&] { EXPECT_TRUE(webhook->process(events)); });
  kaudit::testing::wait_for("a request", [&] { return !receiver.requests().empty(); });
  std::thread stopper([&] { webhook->shutdown(); });
  released = true;
  released.notify_all();
  stopper.join();
  EXPECT_EQ(webhook->figures().delivered_events(), 2U);
  EXPECT_THAT(observer.steps(),
              ElementsAre("webhook acknowledged a attempt 1", "webhook acknowledged b attempt 1"));
  deliverer.join();
  EXPECT_FALSE(webhook->process(events));
  EXPECT_THAT(log.take(), HasSubstr("affecting 2 audit events: audit backend shut down"));
}

TEST_F(WebhookTest, ATokenFileIsReadAgainWhenItChanged) {
  Receiver receiver([](int) { return Reply::status(200); });
  testing::write_file(folder.path("token"), "first\n");
  const auto webhook = open(receiver.address(), "{tokenFile: token}");
  EXPECT_TRUE(webhook->process(events));
  testing::write_file(folder.path("token"), "the second\n");
  EXPECT_TRUE(webhook->process(events));
  testing::write_file(folder.path("token"), "");
  EXPECT_TRUE(webhook->process(events));
  const auto requests = receiver.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_THAT(requests[0].head, HasSubstr("Authorization: Bearer first\r\n"));
  EXPECT_THAT(requests[1].head, HasSubstr("Authorization: Bearer the second\r\n"));
  EXPECT_THAT(requests[2].head, HasSubstr("Authorization: Bearer the second\r\n"));
  EXPECT_THAT(log.take(), HasSubstr("the last good token stays in use"));
}

TEST_F(WebhookTest, WithoutItsTokenNothingIsSent) {
  Receiver receiver([](int) { return Reply::status(200); });
  const auto webhook = open(receiver.address(), "{tokenFile: token}");
  EXPECT_FALSE(webhook->process(events));
  EXPECT_TRUE(receiver.requests().empty());
  EXPECT_THAT(log.take(), HasSubstr("no such file or directory"));
  testing::write_file(folder.path("token"), "there\n");
  EXPECT_TRUE(webhook->process(events));
}

TEST_F(WebhookTest, ManyThreadsDeliverEveryEventOnce) {
  // Four refusals: whoever gets them all has one attempt left.
  Receiver receiver([](int n) { return Reply::status(n % 7 == 3 && n < 28 ? 503 : 200); });
  const auto webhook = open(receiver.address());
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) EXPECT_TRUE(webhook->process(events));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(webhook->figures().delivered_events(), 200U);
  EXPECT_EQ(receiver.requests().size(), 100U + webhook->figures().retries());
  EXPECT_LE(receiver.connections(), 4);
}

TEST_F(WebhookTest, ARefusedKubeconfigIsSaidWithItsPlace) {
  testing::write_file(folder.path("w.yaml"), "current-context: 5\n");
  WebhookOptions options;
  options.config_file = folder.path("w.yaml");
  const auto webhook = Webhook::open(options, counters);
  ASSERT_FALSE(webhook.has_value());
  EXPECT_THAT(webhook.error().message, HasSubstr("error loading config file"));
  EXPECT_THAT(log.take(), HasSubstr("w.yaml:1:18: the audit webhook's kubeconfig is refused here: "
                                    "current-context"));
}

}  // namespace
}  // namespace kaudit::backends
