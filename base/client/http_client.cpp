#include "base/client/http_client.hpp"

#include <utility>

#include "base/client/curl_session.hpp"
#include "base/text/duration.hpp"
#include "base/text/quote.hpp"

namespace kaudit::client {
namespace {

std::string origin(const Url& server) { return server.scheme + "://" + server.host_header(); }

}  // namespace

HttpClient::HttpClient(ClientConfig config)
    : config_(std::move(config)),
      target_((is_proxied_plainly() ? origin(config_.server) : "") + request_path(config_.server)),
      url_(origin(config_.server) + request_path(config_.server)),
      headers_(config_) {}

HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::make(ClientConfig config) {
  std::unique_ptr<HttpClient> client(new HttpClient(std::move(config)));
  const bool is_https = client->config_.server.scheme == "https";
  if (is_https || (client->config_.proxy && client->config_.proxy->scheme == "https")) {
    auto tls = TlsFiles::make(client->config_.tls);
    if (!tls) return tl::unexpected(tls.error());
    client->tls_ = *std::move(tls);
  }
  // Kubernetes looks at a token file only for https, so a missing one does not keep the server from
  // starting.
  if (auto token = client->headers_.read_token_file(); !token && is_https) {
    return tl::unexpected(token.error());
  }
  return client;
}

bool HttpClient::is_proxied_plainly() const {
  return config_.proxy && config_.proxy->scheme != "socks5" && config_.server.scheme == "http";
}

std::optional<std::string> HttpClient::unusable() const {
  const Url& server = config_.server;
  if (server.scheme != "https" && server.scheme != "http") {
    return "unsupported protocol scheme " + go_quoted(server.scheme);
  }
  if (!server.has_usable_port()) return "dial tcp: address " + server.port + ": invalid port";
  return std::nullopt;
}

Outcome<Response> HttpClient::post(std::string_view body, const Patience& patience,
                                   std::chrono::seconds timeout) {
  const std::string query = "?timeout=" + duration_text(timeout);
  const auto failure = [&](Failure why, bool in_body) {
    if (why.reason == FailureReason::Shutdown) return tl::unexpected(std::move(why));
    if (in_body) {
      why.text.insert(
          0, "unexpected error when reading response body. Please retry. Original error: ");
    } else {
      why.text.insert(0, "Post " + go_quoted(url_ + query) + ": ");
    }
    return tl::unexpected(std::move(why));
  };
  if (auto why = unusable()) return failure({FailureReason::Network, *std::move(why)}, false);
  const auto headers = headers_.lines(body.size());
  if (!headers) return failure({FailureReason::Network, headers.error().message}, false);
  auto session = take_session();
  auto answer = session->post(*headers, target_ + query, body, patience);
  const bool in_body = session->has_head();
  give_back(std::move(session));
  if (!answer) return failure(std::move(answer).error(), in_body);
  return answer;
}

std::unique_ptr<CurlSession> HttpClient::take_session() {
  CurlSession::Tls tls = tls_ ? tls_->current() : nullptr;
  std::vector<Idle> dropped;  // closed without the lock
  {
    const Lock lock(mutex_);
    while (!idle_.empty()) {
      Idle idle = std::move(idle_.back());
      idle_.pop_back();
      const bool is_fresh = SteadyTime::clock::now() - idle.since < kIdleTimeout;
      if (is_fresh && idle.session->tls() == tls) return std::move(idle.session);
      dropped.push_back(std::move(idle));
    }
  }
  return std::make_unique<CurlSession>(config_, std::move(tls));
}

void HttpClient::give_back(std::unique_ptr<CurlSession> session) {
  const Lock lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back({std::move(session), SteadyTime::clock::now()});
}

}  // namespace kaudit::client
