#include "backends/webhook/http_client.hpp"

#include <array>
#include <utility>

#include "backends/webhook/proxy.hpp"
#include "backends/webhook/socket.hpp"
#include "backends/webhook/tls_stream.hpp"
#include "base/text/quote.hpp"

namespace kaudit::backends::webhook {
namespace {

/// Bodies up to this go out with their head, as one packet where they fit.
constexpr std::size_t kSmallBody = 32 * 1024;
constexpr std::size_t kReadSize = 16 * 1024;

std::string origin(const Url& server) { return server.scheme + "://" + server.host_header(); }

constexpr std::string_view kInBody =
    "unexpected error when reading response body. Please retry. Original error: ";

Failure in_body(Failure failure) {
  failure.text.insert(0, kInBody);
  return failure;
}

Failure through_proxy(Failure failure) {
  if (failure.text.starts_with("dial tcp")) failure.text = "proxyconnect tcp: " + failure.text;
  return failure;
}

}  // namespace

HttpClient::HttpClient(ClientConfig config)
    : config_(std::move(config)),
      target_((is_proxied_plainly() ? origin(config_.server) : "") + request_path(config_.server) +
              "?timeout=30s"),
      url_(origin(config_.server) + request_path(config_.server) + "?timeout=30s"),
      heads_(config_) {}

Result<std::unique_ptr<HttpClient>> HttpClient::make(ClientConfig config) {
  std::unique_ptr<HttpClient> client(new HttpClient(std::move(config)));
  const bool is_https = client->config_.server.scheme == "https";
  if (is_https) {
    auto tls = TlsContext::make(client->config_.tls);
    if (!tls) return tl::unexpected(tls.error());
    client->tls_ = *std::move(tls);
  }
  if (client->config_.proxy && client->config_.proxy->scheme == "https") {
    auto tls = TlsContext::make({});
    if (!tls) return tl::unexpected(tls.error());
    client->proxy_tls_ = *std::move(tls);
  }
  // Kubernetes looks at a token file only for https, so a missing one is no reason not to start.
  if (auto token = client->heads_.read_token_file(); !token && is_https) {
    return tl::unexpected(token.error());
  }
  return client;
}

bool HttpClient::is_proxied_plainly() const {
  return config_.proxy && config_.proxy->scheme != "socks5" && config_.server.scheme == "http";
}

Outcome<Response> HttpClient::post(std::string_view body, const Patience& patience) {
  auto response = exchange(body, patience);
  if (!response && response.error().reason != LossReason::Shutdown) {
    std::string& text = response.error().text;
    if (!text.starts_with(kInBody)) {
      text = "Post " + go_quoted(url_) + ": " + text;
    }
  }
  return response;
}

Outcome<Response> HttpClient::exchange(std::string_view body, const Patience& patience) {
  const bool is_https = config_.server.scheme == "https";
  if (!is_https && config_.server.scheme != "http") {
    return failed(LossReason::Network,
                  "unsupported protocol scheme " + go_quoted(config_.server.scheme));
  }
  auto head = heads_.head(target_, body.size(),
                          is_proxied_plainly() ? proxy_authorization(*config_.proxy) : "");
  if (!head) return failed(LossReason::Network, head.error().message);
  const auto tls = tls_ ? tls_->current() : TlsContext::Current{};
  auto connection = take_idle(tls.generation);
  if (!connection) {
    auto fresh = connect(tls, patience);
    if (!fresh) return tl::unexpected(std::move(fresh).error());
    connection = *std::move(fresh);
  }
  const auto sent = send(*connection->stream, *std::move(head), body, patience);
  // A receiver that closed while it was sent to may have said why before.
  if (!sent && sent.error().reason != LossReason::Network) return tl::unexpected(sent.error());
  auto answer = receive(*connection->stream, patience);
  if (!answer) return tl::unexpected(sent ? std::move(answer).error() : sent.error());
  if (answer->keeps_alive() && sent && *sent == Stream::Written::All) {
    give_back(*std::move(connection));
  }
  return answer->response();
}

Outcome<ResponseReader> HttpClient::receive(Stream& stream, const Patience& patience) {
  ResponseReader reader;
  std::array<char, kReadSize> buffer;
  while (reader.state() == ResponseReader::State::NeedMore) {
    const auto got = stream.read(buffer, patience);
    if (!got) return tl::unexpected(reader.has_head() ? in_body(got.error()) : got.error());
    if (*got == 0) {
      reader.end_of_input();
    } else {
      reader.feed({buffer.data(), *got});
    }
  }
  if (reader.state() == ResponseReader::State::Done) return reader;
  Failure failure{LossReason::Network, reader.error()};
  if (reader.has_head()) return tl::unexpected(in_body(std::move(failure)));
  if (reader.has_begun()) {
    failure.text = "net/http: HTTP/1.x transport connection broken: " + failure.text;
  }
  return tl::unexpected(std::move(failure));
}

Outcome<Stream::Written> HttpClient::send(Stream& stream, std::string head, std::string_view body,
                                          const Patience& patience) const {
  const auto on_answer = Stream::OnAnswer::Stop;
  if (body.size() <= kSmallBody) return stream.write(head.append(body), on_answer, patience);
  auto written = stream.write(head, on_answer, patience);
  if (!written || *written == Stream::Written::Answered) return written;
  return stream.write(body, on_answer, patience);
}

Outcome<std::unique_ptr<Stream>> HttpClient::connect_proxy(const Patience& patience) {
  const Url& proxy = *config_.proxy;
  auto stream = connect_tcp(proxy.host, proxy.port_or_default(), patience);
  if (!stream || !proxy_tls_) return stream;
  return connect_tls(*std::move(stream), proxy_tls_->current().context.get(), proxy.host, patience);
}

Outcome<HttpClient::Connection> HttpClient::connect(const TlsContext::Current& tls,
                                                    const Patience& patience) {
  const Url& server = config_.server;
  auto stream = config_.proxy ? connect_proxy(patience).map_error(through_proxy)
                              : connect_tcp(server.host, server.port_or_default(), patience);
  if (!stream) return tl::unexpected(std::move(stream).error());
  if (config_.proxy && !is_proxied_plainly()) {
    const auto through =
        config_.proxy->scheme == "socks5"
            ? connect_through_socks5(**stream, *config_.proxy, server, patience)
            : connect_through_http(**stream, *config_.proxy, server.address(), patience);
    if (!through) return tl::unexpected(through.error());
  }
  if (tls_) {
    const std::string& name =
        config_.tls.server_name.empty() ? server.host : config_.tls.server_name;
    stream = connect_tls(*std::move(stream), tls.context.get(), name, patience);
    if (!stream) return tl::unexpected(std::move(stream).error());
  }
  return Connection{*std::move(stream), tls.generation, {}};
}

std::optional<HttpClient::Connection> HttpClient::take_idle(std::uint64_t generation) {
  std::vector<Connection> dropped;  // closed without the lock
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    const bool is_fresh = SteadyTime::clock::now() - connection.idle_since < kIdleTimeout;
    if (is_fresh && connection.generation == generation &&
        is_quiet(connection.stream->descriptor())) {
      return connection;
    }
    dropped.push_back(std::move(connection));
  }
  return std::nullopt;
}

void HttpClient::give_back(Connection connection) {
  connection.idle_since = SteadyTime::clock::now();
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(connection));
}

}  // namespace kaudit::backends::webhook
