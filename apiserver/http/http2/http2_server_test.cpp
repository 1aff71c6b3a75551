// HTTP/2 over real connections: the same handlers as for HTTP/1.1, many at once.
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apiserver/http/http2/testing/http2_client.hpp"

namespace kaudit::apiserver::http::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongGrace(60'000);
constexpr std::uint32_t kNoError = 0;
constexpr std::uint32_t kInternalError = 2;
constexpr std::uint32_t kCancel = 8;

Headers lines(std::initializer_list<std::pair<const char*, const char*>> all) {
  Headers headers;
  for (const auto& [name, value] : all) headers.add(name, value);
  return headers;
}

TEST(Http2, AnswersOneRequestAfterTheOther) {
  TestServer server(echo);
  Http2Client client(server->port());
  for (int i = 0; i < 50; ++i) {
    const std::string target = "/n/" + std::to_string(i) + "?a=%20b";
    const StreamAnswer answer = client.receive(client.ask("GET", target));
    ASSERT_EQ(answer.status, "200");
    ASSERT_EQ(answer.body, "GET\n" + target + "\n");
    ASSERT_EQ(answer.headers.first("content-length"), std::to_string(answer.body.size()));
    ASSERT_TRUE(answer.headers.has("date"));
    ASSERT_FALSE(answer.headers.has("connection"));
    ASSERT_EQ(answer.error, kNoError);
  }
}

TEST(Http2, AnswersARequestWhileAnotherWaits) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/wait") {
      co_await wait_until_gone(exchange);
    } else {
      co_await echo(exchange);
    }
  });
  Http2Client client(server->port());
  const auto waiting = client.ask("GET", "/wait");
  EXPECT_EQ(client.receive(client.ask("GET", "/now")).body, "GET\n/now\n");
  client.reset(waiting, kCancel);
  EXPECT_EQ(client.receive(client.ask("GET", "/again")).body, "GET\n/again\n");
}

TEST(Http2, StepsAsideForOtherConnectionsOnItsThread) {
  ServerOptions options;
  options.threads = 1;
  TestServer server(says_whether_it_steps_aside, options);
  Http2Client client(server->port());
  EXPECT_EQ(client.receive(client.ask("GET", "/")).body, "at once");
  const Client other(server->port());
  EXPECT_EQ(client.receive(client.ask("GET", "/")).body, "aside");
}

TEST(Http2, ShowsHandlersTheRequestAsHttp1Does) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    const Request& request = exchange.request();
    std::string seen = request.method + ' ' + request.target + ' ';
    seen += request.headers.first("Host").value_or("-");
    seen += ' ';
    seen += request.headers.first("COOKIE").value_or("-");
    seen += ' ' + std::to_string(request.headers.all("X-Two").size());
    seen += request.headers.has(":method") ? " pseudo" : "";
    co_await exchange.send(Response(200, {}, std::move(seen)));
  });
  Http2Client client(server->port());
  const auto stream = client.ask(
      "PUT", "/x?y", lines({{"cookie", "a=1"}, {"x-two", "1"}, {"cookie", "b=2"}, {"x-two", "2"}}));
  EXPECT_EQ(client.receive(stream).body, "PUT /x?y localhost a=1; b=2 2");
}

TEST(Http2, CarriesLargeBodiesBothWays) {
  TestServer server(echo);
  Http2Client client(server->port());
  const std::string body(900'000, 'x');
  EXPECT_EQ(client.receive(client.ask("POST", "/", {}, body)).body, "POST\n/\n" + body);
}

TEST(Http2, AnswersTooMuchWithoutReadingItAll) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    const auto body = co_await exchange.read_body(8);
    co_await exchange.send(Response(body ? 200 : 413));
  });
  Http2Client client(server->port());
  EXPECT_EQ(client.receive(client.ask("POST", "/", {}, std::string(700'000, 'x'))).status, "413");
  EXPECT_EQ(client.receive(client.ask("POST", "/", {}, "12345678")).status, "200");
}

TEST(Http2, SaysContinueToAClientThatWaitsForIt) {
  TestServer server(echo);
  Http2Client client(server->port());
  const auto stream =
      client.ask("POST", "/", lines({{"expect", "100-continue"}}), {}, Http2Client::Rest::Follows);
  while (client.receive_body(stream, 0).interim.empty() && client.receive_frame()) {
  }
  EXPECT_EQ(client.receive_body(stream, 0).interim, "100");
}

TEST(Http2, SendsNoBodyWhereThereIsNone) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    const int status = exchange.request().target == "/304" ? 304 : 200;
    co_await exchange.send(Response(status, {}, "body"));
  });
  Http2Client client(server->port());
  const StreamAnswer head = client.receive(client.ask("HEAD", "/"));
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.headers.first("content-length"), "4");
  const StreamAnswer not_modified = client.receive(client.ask("GET", "/304"));
  EXPECT_EQ(not_modified.status, "304");
  EXPECT_EQ(not_modified.body, "");
  EXPECT_FALSE(not_modified.headers.has("content-length"));
}

TEST(Http2, SendsThePiecesOfAStreamAsTheyCome) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200, Headers());
    co_await exchange.write("one");
    co_await exchange.write(std::string(300'000, 'x'));
    co_await exchange.write("two");
    co_await exchange.finish();
  });
  Http2Client client(server->port());
  const StreamAnswer answer = client.receive(client.ask("GET", "/"));
  EXPECT_EQ(answer.body, "one" + std::string(300'000, 'x') + "two");
  EXPECT_FALSE(answer.headers.has("content-length"));
  EXPECT_FALSE(answer.headers.has("transfer-encoding"));
}

TEST(Http2, ResetsTheStreamOfAHandlerThatAborts) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/throws") throw std::runtime_error("panic");
    if (exchange.request().target == "/late") {
      co_await exchange.begin(200, Headers());
      co_await exchange.write("early");
      exchange.abort();
      co_await exchange.write("lost");
    } else {
      co_await echo(exchange);
    }
  });
  Http2Client client(server->port());
  const StreamAnswer late = client.receive(client.ask("GET", "/late"));
  EXPECT_EQ(late.body, "early");
  EXPECT_EQ(late.error, kInternalError);
  const StreamAnswer thrown = client.receive(client.ask("GET", "/throws"));
  EXPECT_EQ(thrown.status, "");
  EXPECT_EQ(thrown.error, kInternalError);
  EXPECT_EQ(client.receive(client.ask("GET", "/")).status, "200");
}

TEST(Http2, AnswersNothingWithAnEmpty200) {
  TestServer server([](Exchange&) -> asio::awaitable<void> { co_return; });
  Http2Client client(server->port());
  const StreamAnswer answer = client.receive(client.ask("GET", "/"));
  EXPECT_EQ(answer.status, "200");
  EXPECT_EQ(answer.headers.first("content-length"), "0");
}

TEST(Http2, HandlersHearThatTheirRequestWasGivenUp) {
  Event gone;
  std::string fault;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    const auto body = co_await exchange.read_body(1000);
    EXPECT_FALSE(body.has_value());
    EXPECT_TRUE(exchange.client_gone());
    fault = exchange.body_fault();
    gone.set();
  });
  Http2Client client(server->port());
  const auto stream = client.ask("POST", "/", {}, "part", Http2Client::Rest::Follows);
  client.reset(stream, kCancel);
  ASSERT_TRUE(gone.wait());
  EXPECT_EQ(fault, "stream error: stream ID 1; CANCEL");
}

TEST(Http2, AllHandlersHearThatTheirClientHasGone) {
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  Event all_began;
  Event all_ended;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    if (++begun == 3) all_began.set();
    co_await wait_until_gone(exchange);
    if (++ended == 3) all_ended.set();
  });
  Http2Client client(server->port());
  for (int i = 0; i < 3; ++i) client.ask("GET", "/");
  ASSERT_TRUE(all_began.wait());
  client.vanish();
  EXPECT_TRUE(all_ended.wait());
}

TEST(Http2, CallsEachRequestAtItsOwnDeadline) {
  using Clock = std::chrono::steady_clock;
  std::string order;
  Exchange* late = nullptr;
  std::function<void()> end_late;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    const std::string name = exchange.request().target.substr(1);
    asio::steady_timer never(exchange.executor(), Clock::time_point::max());
    const auto end = [&never] { never.cancel(); };
    if (name == "late") {
      late = &exchange;
      end_late = end;
    } else if (name == "hasten") {
      late->on_deadline(Clock::now(), end_late);
    }
    exchange.on_deadline(Clock::now() + std::chrono::hours(name == "late" ? 1 : 0), end);
    co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
    order += name + ' ';
    co_await exchange.send(Response(200));
  });
  Http2Client client(server->port());
  const auto waits = client.ask("GET", "/late");
  EXPECT_EQ(client.receive(client.ask("GET", "/early")).status, "200");
  EXPECT_EQ(client.receive(client.ask("GET", "/early")).status, "200");
  EXPECT_EQ(client.receive(client.ask("GET", "/hasten")).status, "200");
  EXPECT_EQ(client.receive(waits).status, "200");
  EXPECT_THAT(order, ::testing::AnyOf("early early late hasten ", "early early hasten late "));
}

TEST(Http2, GivesUpAClientThatTakesNothing) {
  Event gone;
  ServerOptions options;
  options.write_timeout = milliseconds(50);
  TestServer server(
      [&](Exchange& exchange) -> asio::awaitable<void> {
        co_await exchange.send(Response(200, {}, std::string(500'000, 'x')));
        EXPECT_TRUE(exchange.client_gone());
        gone.set();
      },
      options);
  Http2Client client(server->port(), Http2Client::Reading::NoMoreThanTheWindow);
  const StreamAnswer& answer = client.receive(client.ask("GET", "/"));
  EXPECT_TRUE(gone.wait());
  EXPECT_EQ(answer.error, kInternalError);
  EXPECT_EQ(answer.body.size(), 65'535U);
}

TEST(Http2, GivesUpABodyThatStopsComing) {
  ServerOptions options;
  options.idle_timeout = milliseconds(50);
  TestServer server(
      [](Exchange& exchange) -> asio::awaitable<void> {
        const auto body = co_await exchange.read_body(1000);
        co_await exchange.send(Response(!body && body.error() == BodyError::Timeout ? 408 : 200));
      },
      options);
  Http2Client client(server->port());
  const auto stream = client.ask("POST", "/", {}, "part", Http2Client::Rest::Follows);
  EXPECT_EQ(client.receive(stream).status, "408");
}

TEST(Http2, ClosesAConnectionThatIsIdle) {
  ServerOptions options;
  options.idle_timeout = milliseconds(50);
  TestServer server(echo, options);
  Http2Client client(server->port());
  EXPECT_EQ(client.receive(client.ask("GET", "/")).status, "200");
  client.receive_all();
  EXPECT_EQ(client.goaway(), kNoError);
}

TEST(Http2, AsksForANewConnectionWhereHttp1WouldClose) {
  TestServer server([](Exchange& exchange) -> asio::awaitable<void> {
    Response response(200, {}, "last");
    response.headers.set("Connection", "close");
    co_await exchange.send(std::move(response));
  });
  Http2Client client(server->port());
  const auto stream = client.ask("GET", "/");
  client.receive_all();
  EXPECT_EQ(client.receive(stream).body, "last");
  EXPECT_FALSE(client.receive(stream).headers.has("connection"));
  EXPECT_EQ(client.goaway(), kNoError);
}

TEST(Http2, AnswersHeadsBeyondTheLimit) {
  std::atomic<int> handled = 0;
  ServerOptions options;
  options.header_limit = 4'000;
  TestServer server(
      [&](Exchange& exchange) -> asio::awaitable<void> {
        ++handled;
        co_await echo(exchange);
      },
      options);
  Http2Client client(server->port());
  const std::string long_value(8'000, 'v');
  const StreamAnswer answer =
      client.receive(client.ask("GET", "/", lines({{"x-long", long_value.c_str()}})));
  EXPECT_EQ(answer.status, "431");
  EXPECT_EQ(answer.body, "<h1>HTTP Error 431</h1><p>Request Header Field(s) Too Large</p>");
  EXPECT_EQ(handled, 0);
  EXPECT_EQ(client.receive(client.ask("GET", "/")).status, "200");
}

TEST(Http2, LetsIdleConnectionsGoAtOnceWhenItStops) {
  TestServer server(echo);
  Http2Client client(server->port());
  EXPECT_EQ(client.receive(client.ask("GET", "/")).status, "200");
  server->stop(kLongGrace);
  client.receive_all();
  EXPECT_EQ(client.goaway(), kNoError);
}

TEST(Http2, LetsRequestsAtWorkFinishWhenItStops) {
  Event started;
  Event stopping;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    started.set();
    asio::steady_timer timer(exchange.executor());
    while (!stopping.is_set()) {
      timer.expires_after(milliseconds(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
    EXPECT_FALSE(exchange.client_gone());
    co_await exchange.send(Response(200, {}, "done"));
  });
  Http2Client client(server->port());
  const auto stream = client.ask("GET", "/");
  ASSERT_TRUE(started.wait());
  std::thread stop([&] { server->stop(kLongGrace); });
  while (!client.goaway() && client.receive_frame()) {
  }
  stopping.set();
  EXPECT_EQ(client.receive(stream).body, "done");
  stop.join();
  EXPECT_EQ(client.goaway(), kNoError);
}

TEST(Http2, CutsRequestsAfterTheGracePeriod) {
  Event started;
  TestServer server([&](Exchange& exchange) -> asio::awaitable<void> {
    started.set();
    co_await wait_until_gone(exchange);
  });
  Http2Client client(server->port());
  client.ask("GET", "/");
  ASSERT_TRUE(started.wait());
  server->stop(milliseconds(10));
  client.receive_all();
}

TEST(Http2, IsNotOfferedWhenItIsSwitchedOff) {
  ServerOptions options;
  options.http2 = false;
  TestServer server(echo, options);
  EXPECT_FALSE(Client(server->port(), nullptr, Client::Protocol::Tls, "\x02h2").connected());
}

}  // namespace
}  // namespace kaudit::apiserver::http::test
