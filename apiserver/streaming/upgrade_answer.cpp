#include "apiserver/streaming/upgrade_answer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "apiserver/http/response_head.hpp"
#include "apiserver/http/websocket.hpp"
#include "apiserver/streaming/channel_forward.hpp"
#include "apiserver/streaming/channel_streams.hpp"
#include "apiserver/streaming/run_forward.hpp"
#include "apiserver/streaming/spdy_forward.hpp"
#include "apiserver/streaming/spdy_streams.hpp"
#include "base/http1/header_syntax.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/timestamp.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::streaming {
namespace {

constexpr int kSwitchingProtocols = 101;
constexpr std::string_view kVersionHeader = "X-Stream-Protocol-Version";
constexpr std::string_view kAcceptedHeader = "X-Accepted-Stream-Protocol-Versions";

boost::asio::awaitable<void> nothing_more() { co_return; }

bool mentions(const http::Request& request, std::string_view header, std::string_view what) {
  for (const std::string_view value : request.headers.all(header)) {
    if (lower_case(value).find(what) != std::string::npos) return true;
  }
  return false;
}

void append_line(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// Go's http.Error on a connection that has been taken over. Events say 101: see the header.
Answer refused(int code, std::string_view text, std::string_view headers = {}) {
  std::string answer = "HTTP/1.1 " + std::to_string(code) + " " +
                       std::string(http::status_text(code)) + "\r\n" + std::string(headers);
  append_line(answer, "Content-Type", "text/plain; charset=utf-8");
  append_line(answer, "X-Content-Type-Options", "nosniff");
  append_line(answer, "Content-Length", std::to_string(text.size() + 1));
  append_line(answer, "Connection", "close");
  answer.append("\r\n").append(text).append("\n");
  return Answer::upgrade(kSwitchingProtocols, std::move(answer), nothing_more());
}

Answer refused(http::websocket::Handshake handshake) {
  return Answer::upgrade(kSwitchingProtocols, std::move(handshake.answer), nothing_more());
}

std::string spdy_head(const RequestScope& scope, std::string_view protocol) {
  std::string head = "HTTP/1.1 101 Switching Protocols\r\n";
  for (const http::Header line : scope.headers.lines()) append_line(head, line.name, line.value);
  append_line(head, "Connection", "Upgrade");
  append_line(head, "Upgrade", "SPDY/3.1");
  if (!protocol.empty()) append_line(head, kVersionHeader, protocol);
  append_line(head, "Date", http::http_date(Timestamp::now().seconds));
  return head.append("\r\n");
}

std::vector<std::string_view> offered(const http::Request& request) {
  std::vector<std::string_view> protocols;
  for (std::string_view list : request.headers.all(kVersionHeader)) {
    while (!list.empty()) {
      const std::string_view protocol = trim_blanks(take_until(list, ','));
      if (!protocol.empty()) protocols.push_back(protocol);
    }
  }
  return protocols;
}

/// The first of the client's that is spoken. A client that says none gets the oldest: servers
/// before 1.37 did so, and nothing else has ever been said by such a client. (httpstream.Handshake)
std::optional<std::string_view> negotiated(std::span<const std::string_view> protocols,
                                           std::span<const std::string_view> spoken) {
  if (protocols.empty()) return std::string_view();
  for (const std::string_view protocol : protocols) {
    const auto at = std::find(spoken.begin(), spoken.end(), protocol);
    if (at != spoken.end()) return *at;
  }
  return std::nullopt;
}

Answer none_in_common(std::span<const std::string_view> protocols,
                      std::span<const std::string_view> spoken) {
  std::string headers;
  for (const std::string_view protocol : spoken) append_line(headers, kAcceptedHeader, protocol);
  return refused(403,
                 "unable to upgrade: unable to negotiate protocol: client supports [" +
                     joined(protocols, " ") + "], server accepts [" + joined(spoken, " ") + "]",
                 headers);
}

Answer no_spdy() { return refused(400, "unable to upgrade: missing upgrade headers in request"); }

bool asks_for_spdy(const http::Request& request) {
  return is_upgrade(request) && mentions(request, "Upgrade", "spdy/3.1");
}

Answer command_over_websocket(RequestScope& scope, WantedStreams wanted,
                              process::ProcessPtr process, CommandWords words) {
  http::websocket::Handshake handshake =
      http::websocket::shake_hands(scope.request(), ChannelStreams::names());
  if (!handshake.accepted) return refused(std::move(handshake));
  const ChannelStreams::Protocol& protocol = *ChannelStreams::find(handshake.protocol);
  if (protocol.end == ChannelEnd::Signalled) words.speaker = CommandWords::Speaker::Translator;
  auto streams = std::make_unique<ChannelStreams>(protocol, wanted);
  return Answer::upgrade(
      kSwitchingProtocols, std::move(handshake.answer),
      run_command(scope, std::move(streams), std::move(process), wanted, std::move(words)));
}

/// Error: what is no port.
Result<std::vector<std::uint16_t>> ports_of(const std::vector<std::string>& given) {
  if (given.empty()) return fail("query parameter \"port\" is required");
  std::vector<std::uint16_t> ports;
  for (const std::string& list : given) {
    for (const std::string_view text : split(list, ',')) {
      const auto port = parse_port(text);
      if (!port) return fail("unable to parse " + go_quoted(list) + " as a port");
      ports.push_back(*port);
    }
  }
  if (ports.size() > ChannelForward::kMaxPorts) return fail("more than 64 ports");
  return ports;
}

Answer forward_over_websocket(RequestScope& scope, ForwardRequest forward) {
  constexpr std::array<std::string_view, 4> kOffered = {
      SpdyForward::kTunnelProtocol, "v4.channel.k8s.io", "v4.base64.channel.k8s.io", ""};
  http::websocket::Handshake handshake = http::websocket::shake_hands(scope.request(), kOffered);
  if (!handshake.accepted) return refused(std::move(handshake));
  std::unique_ptr<ForwardStreams> streams;
  if (handshake.protocol == SpdyForward::kTunnelProtocol) {
    streams = std::make_unique<SpdyForward>(SpdyCarrier::WebSocket);
  } else {
    auto ports = ports_of(forward.ports);
    if (!ports) return refused(400, ports.error().message);
    const ChannelCoding coding =
        handshake.protocol == kOffered[2] ? ChannelCoding::Base64 : ChannelCoding::Binary;
    streams = std::make_unique<ChannelForward>(coding, *std::move(ports));
  }
  return Answer::upgrade(kSwitchingProtocols, std::move(handshake.answer),
                         run_forward(scope, std::move(streams), std::move(forward.targets),
                                     std::move(forward.pod), std::move(forward.uid)));
}

}  // namespace

bool is_upgrade(const http::Request& request) { return mentions(request, "Connection", "upgrade"); }

Answer answer_command(RequestScope& scope, WantedStreams wanted, process::ProcessPtr process,
                      CommandWords words) {
  if (!wanted.in && !wanted.out && !wanted.err) {
    return refused(400, "you must specify at least 1 of stdin, stdout, stderr");
  }
  const http::Request& request = scope.request();
  if (http::websocket::is_upgrade(request)) {
    return command_over_websocket(scope, wanted, std::move(process), std::move(words));
  }
  if (!asks_for_spdy(request)) return no_spdy();
  const auto protocols = offered(request);
  const auto protocol = negotiated(protocols, SpdyStreams::names());
  if (!protocol) return none_in_common(protocols, SpdyStreams::names());
  auto streams = std::make_unique<SpdyStreams>(*protocol, wanted);
  return Answer::upgrade(
      kSwitchingProtocols, spdy_head(scope, *protocol),
      run_command(scope, std::move(streams), std::move(process), wanted, std::move(words)));
}

Answer answer_forward(RequestScope& scope, ForwardRequest forward) {
  const http::Request& request = scope.request();
  if (http::websocket::is_upgrade(request)) {
    return forward_over_websocket(scope, std::move(forward));
  }
  if (!asks_for_spdy(request)) return no_spdy();
  constexpr std::array<std::string_view, 1> kSpoken = {SpdyForward::kProtocol};
  const auto protocols = offered(request);
  const auto protocol = negotiated(protocols, kSpoken);
  if (!protocol) return none_in_common(protocols, kSpoken);
  auto streams = std::make_unique<SpdyForward>(SpdyCarrier::Connection);
  return Answer::upgrade(kSwitchingProtocols, spdy_head(scope, *protocol),
                         run_forward(scope, std::move(streams), std::move(forward.targets),
                                     std::move(forward.pod), std::move(forward.uid)));
}

}  // namespace kaudit::apiserver::streaming
