#include "apiserver/http/server.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "apiserver/http/testing/tls_client.hpp"
#include "apiserver/http/tls/peer_certificate.hpp"

namespace kaudit::apiserver::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Server, AnswersManyRequestsOnOneConnection) {
  TestServer server(echo);
  Client client(server->port());
  for (int i = 0; i < 100; ++i) {
    const std::string target = "/n/" + std::to_string(i);
    const Answer answer = client.ask("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_EQ(answer.status, "200 OK");
    ASSERT_EQ(answer.body, "GET\n" + target + "\n");
    ASSERT_FALSE(answer.headers.has("Connection"));
    ASSERT_TRUE(answer.headers.has("Date"));
  }
}

TEST(Server, SpeaksPlainHttpWhereItIsAskedTo) {
  ServerOptions options;
  options.security = Security::Plain;
  TestServer server(echo, options);
  Client client(server->port(), nullptr, Client::Protocol::Plain);
  for (int i = 0; i < 3; ++i) {
    const Answer answer =
        client.ask("POST /n HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
    ASSERT_EQ(answer.status, "200 OK");
    ASSERT_EQ(answer.body, "POST\n/n\nabc");
  }
}

TEST(Server, NoticesThatAPlainClientHasGone) {
  Event gone;
  ServerOptions options;
  options.security = Security::Plain;
  TestServer server(
      [&gone](Exchange& exchange) -> asio::awaitable<void> {
        co_await wait_until_gone(exchange);
        gone.set();
      },
      options);
  Client client(server->port(), nullptr, Client::Protocol::Plain);
  client.send("GET /n HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.vanish();
  EXPECT_TRUE(gone.wait());
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server(echo);
  Client client(server->port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  }
  client.send(requests);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(client.receive().body, "POST\n/" + std::to_string(i) + "\nabc");
  }
}

TEST(Server, ServesEightClientsAtOnce) {
  ServerOptions options;
  options.threads = 4;
  TestServer server(echo, options);
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      Client client(server->port());
      for (int i = 0; i < 200; ++i) {
        const std::string body = std::to_string(c) + '.' + std::to_string(i);
        const Answer answer = client.ask("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                                         std::to_string(body.size()) + "\r\n\r\n" + body);
        right += answer.body == "PUT\n/x\n" + body ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  EXPECT_EQ(right, 1600);
}

TEST(Server, PassesOddTargetsMethodsAndValuesThrough) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    Response response;
    response.headers.set("Audit-Id", std::string(*exchange.request().headers.first("audit-id")));
    response.body = exchange.request().method + ' ' + exchange.request().target;
    co_await exchange.send(std::move(response));
  };
  TestServer server(handle);
  Client client(server->port());
  const Answer answer = client.ask(
      "BrEw /a\"b<c>\xc3\xa9\xff?q=\"<>#f HTTP/1.1\r\nHost: a\r\nAudit-ID: caf\xc3\xa9 \xff\t<&> "
      "\"q\" \\ %41\r\n\r\n");
  EXPECT_EQ(answer.body, "BrEw /a\"b<c>\xc3\xa9\xff?q=\"<>#f");
  EXPECT_EQ(answer.headers.first("Audit-Id"), "caf\xc3\xa9 \xff\t<&> \"q\" \\ %41");
}

TEST(Server, AnswersForAHandlerThatWroteNothing) {
  TestServer server([](Exchange&) -> asio::awaitable<void> { co_return; });
  Client client(server->port());
  for (const std::string_view method : {"GET", "POST"}) {
    const Answer answer = client.ask(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, "200 OK");
    EXPECT_EQ(answer.headers.first("Content-Length"), "0");
  }
}

TEST(Server, AnswersOptionsStarWithoutTheHandler) {
  std::atomic<bool> handled = false;
  TestServer server([&](Exchange&) -> asio::awaitable<void> {
    handled = true;
    co_return;
  });
  Client client(server->port());
  EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").headers.first("Content-Length"),
            "0");
  EXPECT_FALSE(handled);
}

TEST(Server, SendsNoBodyWhereHttpForbidsOne) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.send(Response(std::stoi(exchange.request().target.substr(1)), {}, "four"));
  };
  TestServer server(handle);
  Client client(server->port());
  for (const std::string_view code : {"204", "304"}) {
    const Answer answer = client.ask("GET /" + std::string(code) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_FALSE(answer.headers.has("Content-Length"));
    EXPECT_FALSE(answer.headers.has("Transfer-Encoding"));
  }
  EXPECT_EQ(client.ask("HEAD /200 HTTP/1.1\r\nHost: a\r\n\r\n").headers.first("Content-Length"),
            "4");
  EXPECT_EQ(client.ask("GET /299 HTTP/1.1\r\nHost: a\r\n\r\n").status, "299 status code 299");
}

TEST(Server, KeepsHttp10ConnectionsOnlyOnRequest) {
  TestServer server(echo);
  {
    Client client(server->port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    const std::string all = client.receive_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.0 200 OK\r\n"));
    EXPECT_THAT(all, Not(HasSubstr("Connection:")));
  }
  Client client(server->port());
  for (int i = 0; i < 2; ++i) {
    const Answer answer = client.ask("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(answer.headers.first("Connection"), "keep-alive");
  }
}

TEST(Server, HonoursConnectionCloseOfEitherSide) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    Response response;
    if (exchange.request().target == "/close") {
      response.headers.set("Connection", "close");
    }
    co_await exchange.send(std::move(response));
  };
  TestServer server(handle);
  for (const std::string_view request :
       {"GET /close HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"}) {
    Client client(server->port());
    const Answer answer = client.ask(request);
    EXPECT_EQ(answer.headers.all("Connection"), std::vector<std::string_view>{"close"});
    EXPECT_EQ(client.receive_all(), "");
  }
}

TEST(Server, StreamsPiecesAsTheyAreWritten) {
  Event first_seen;
  const auto handle = [&](Exchange& exchange) -> asio::awaitable<void> {
    Headers headers;
    headers.set("Content-Type", "text/plain");
    co_await exchange.begin(200, std::move(headers));
    co_await exchange.write("first");
    EXPECT_TRUE(first_seen.wait());
    co_await exchange.write("");
    co_await exchange.write(std::string(100'000, 'x'));
    co_await exchange.finish();
  };
  TestServer server(handle);
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  std::string start;
  while (start.find("first\r\n") == std::string::npos) {
    start += client.receive(std::size_t{1});
  }
  first_seen.set();
  EXPECT_THAT(start, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_EQ(client.receive(7), "186a0\r\n");
  EXPECT_EQ(client.receive(100'000), std::string(100'000, 'x'));
  EXPECT_EQ(client.receive(7), "\r\n0\r\n\r\n");
}

TEST(Server, StreamsToHttp10UntilItCloses) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.begin(200, {});
    co_await exchange.write("one");
    co_await exchange.write("two");
    if (exchange.request().target == "/cut") {
      exchange.abort();
    }
    co_await exchange.finish();
  };
  TestServer server(handle);
  Client whole(server->port());
  const Answer answer = whole.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(answer.body, "onetwo");
  EXPECT_TRUE(answer.whole);
  Client cut(server->port());
  EXPECT_FALSE(cut.ask("GET /cut HTTP/1.0\r\n\r\n").whole);
}

TEST(Server, CutsTheConnectionOnAbort) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    if (exchange.request().target == "/begun") {
      co_await exchange.begin(200, {});
      co_await exchange.write("partial");
    }
    if (exchange.request().target == "/throws") {
      throw std::runtime_error("handler failed");
    }
    exchange.abort();
    EXPECT_TRUE(exchange.client_gone());
    co_await exchange.send(Response());
    co_await exchange.write("x");
  };
  TestServer server(handle);
  for (const std::string_view target : {"/", "/throws"}) {
    Client client(server->port());
    client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.receive_all(), "");
  }
  Client client(server->port());
  const Answer answer = client.ask("GET /begun HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.body, "partial");
  EXPECT_FALSE(answer.whole);
}

TEST(Server, SendsBigAnswersWhole) {
  const std::string big(3'000'000, 'b');
  const auto handle = [&](Exchange& exchange) -> asio::awaitable<void> {
    co_await exchange.send(Response(200, {}, big));
  };
  TestServer server(handle);
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body, big);
  }
}

TEST(Server, ShowsTheClientCertificateAndTheAddress) {
  const auto handle = [](Exchange& exchange) -> asio::awaitable<void> {
    const Peer& peer = exchange.request().peer;
    Response response;
    response.body = peer.certificate == nullptr ? "none"
                                                : peer.certificate->common_name() + '/' +
                                                      peer.certificate->organizations().at(0);
    response.headers.set("X-Peer", peer.address);
    co_await exchange.send(std::move(response));
  };
  TestServer server(handle);
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  Client anonymous(server->port());
  EXPECT_EQ(anonymous.ask(request).body, "none");
  const tls::KeyPairPem stranger =
      tls::to_pem(tls::make_client_certificate(tls::make_ca(), "eve", "somewhere"));
  Client unverified(server->port(), &stranger);
  EXPECT_EQ(unverified.ask(request).body, "eve/somewhere");
  Client admin(server->port(), &certificates().admin);
  const Answer answer = admin.ask(request);
  EXPECT_EQ(answer.body, "kubernetes-admin/system:masters");
  EXPECT_THAT(std::string(*answer.headers.first("X-Peer")), StartsWith("127.0.0.1:"));
}

TEST(Server, AgreesOnHttp2WithClientsThatOfferIt) {
  TestServer server(echo);
  const auto agreed = [&](std::string_view offered) {
    Client client(server->port(), nullptr, Client::Protocol::Tls, offered);
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(client.tls(), &protocol, &size);
    return std::string(reinterpret_cast<const char*>(protocol), size);
  };
  EXPECT_EQ(agreed("\x08http/1.1\x02h2"), "h2");
  EXPECT_EQ(agreed("\x08http/1.1"), "http/1.1");
  EXPECT_EQ(agreed(""), "");
  EXPECT_FALSE(Client(server->port(), nullptr, Client::Protocol::Tls, "\x03odd").connected());
}

TEST(Server, ResumesNoSessionSoThatTheCertificateIsAlwaysShown) {
  TestServer server(echo);
  Client client(server->port());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, "200 OK");
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(client.tls())), 0);
}

TEST(Server, TellsPlainHttpClientsWhereTheyAre) {
  TestServer server(echo);
  Client client(server->port(), nullptr, Client::Protocol::Plain);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.receive_all(),
            "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
}

TEST(Server, SurvivesClientsThatSpeakNoTls) {
  TestServer server(echo);
  Client garbage(server->port(), nullptr, Client::Protocol::Plain);
  garbage.send(std::string(100, '\xff'));
  EXPECT_THAT(garbage.receive_all(), Not(HasSubstr("HTTP")));
  Client client(server->port());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, "200 OK");
}

TEST(Server, NamesAddressAndPortWhenThePortIsTaken) {
  TestServer server(echo);
  ServerOptions options;
  options.port = server->port();
  options.certificate_pem = certificates().apiserver.certificate;
  options.private_key_pem = certificates().apiserver.key;
  Server second(options, nullptr);
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(
      started.error().message,
      "cannot listen on 127.0.0.1:" + std::to_string(server->port()) + ": Address already in use");
}

TEST(Server, RefusesUnusableOptions) {
  const auto error_of = [](const auto& change) {
    ServerOptions options;
    options.certificate_pem = certificates().apiserver.certificate;
    options.private_key_pem = certificates().apiserver.key;
    change(options);
    return Server(options, nullptr).start().error().message;
  };
  EXPECT_EQ(error_of([](ServerOptions& options) { options.bind_address = "nowhere"; }),
            "bind address \"nowhere\" is not an IP address");
  EXPECT_THAT(error_of([](ServerOptions& options) { options.certificate_pem = "x"; }),
              StartsWith("serving certificate: no certificate found"));
  EXPECT_THAT(error_of([](ServerOptions& options) { options.private_key_pem = "x"; }),
              StartsWith("private key of the serving certificate: no usable private key"));
  EXPECT_THAT(
      error_of([](ServerOptions& options) { options.private_key_pem = certificates().admin.key; }),
      StartsWith("the private key does not belong to the serving certificate"));
}

}  // namespace
}  // namespace kaudit::apiserver::http::test
