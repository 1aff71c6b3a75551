#include "apiserver/http/connection.hpp"

#include <string>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apiserver/http/http2/http2_connection.hpp"

namespace kaudit::apiserver::http {
namespace {

/// "127.0.0.1:40312", "[::1]:40312"; an IPv4 client of an IPv6 socket under its IPv4 address.
std::string address_of(const asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) {
    return {};
  }
  asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  const std::string host = address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
  return host + ':' + std::to_string(endpoint.port());
}

asio::awaitable<void> refuse_expectation(Http1Exchange& exchange) {
  Response response(417);
  response.headers.set("Connection", "close");
  co_await exchange.send(std::move(response));
}

/// The transport's answer is an empty 200.
asio::awaitable<void> leave_it_to_the_transport() { co_return; }

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, SSL_CTX* context,
                       const ConnectionEnvironment& environment)
    : environment_(environment), peer_{address_of(socket), nullptr} {
  wire_ = std::make_shared<Wire>(socket.release(), context, environment.options.write_timeout,
                                 environment.poller, environment.round);
}

Connection::~Connection() = default;

asio::awaitable<void> Connection::run() {
  Goodbye goodbye = Goodbye::AtOnce;
  try {
    const bool connected = co_await wire_->handshake(environment_.options.handshake_timeout);
    if (connected) peer_.certificate = wire_->peer_certificate();
    if (connected && wire_->protocol() == "h2") {
      http2_ = std::make_unique<Http2Connection>(wire_, peer_, environment_);
      co_await http2_->run();
    } else if (connected) {
      goodbye = co_await serve();
    }
  } catch (...) {
    // Most likely no memory for this client: the others go on.
    wire_->cut(Wire::Farewell::None);
  }
  co_await wire_->close(goodbye == Goodbye::Lingering ? Wire::Linger::Yes : Wire::Linger::No);
}

void Connection::leave_if_idle() {
  if (http2_) {
    http2_->leave();
  } else if (idle_) {
    wire_->interrupt();
  }
}

asio::awaitable<Connection::Goodbye> Connection::serve() {
  LeadingNewlines newlines = LeadingNewlines::Refuse;
  for (;;) {
    RequestHeadParser parser(environment_.options.header_limit, newlines, std::move(used_));
    switch (co_await read_head(parser)) {
      case RequestHeadParser::Progress::NeedMore:
        co_return Goodbye::AtOnce;
      case RequestHeadParser::Progress::Refused:
        co_await refuse(parser.refusal());
        co_return Goodbye::Lingering;
      case RequestHeadParser::Progress::Done:
        break;
    }
    wire_->consume(parser.size());
    used_.lines = parser.take_lines();
    newlines =
        parser.head().request.method == "POST" ? LeadingNewlines::Skip : LeadingNewlines::Refuse;
    switch (co_await serve_request(std::move(parser.head()))) {
      case Http1Exchange::Outcome::KeepAlive:
        break;
      case Http1Exchange::Outcome::Close:
        co_return Goodbye::AtOnce;
      case Http1Exchange::Outcome::CloseLingering:
        co_return Goodbye::Lingering;
    }
    if (!wire_->received().empty()) {
      if (environment_.stopping) {
        co_return Goodbye::Lingering;
      }
      // A client that sends requests ahead takes turns with the others of this thread.
      co_await asio::post(wire_->executor(), asio::use_awaitable);
    }
  }
}

/// NeedMore: the client, a deadline or the server's stop ended it before a whole head was there.
asio::awaitable<RequestHeadParser::Progress> Connection::read_head(RequestHeadParser& parser) {
  const ServerOptions& options = environment_.options;
  const bool first = std::exchange(first_request_, false);
  if (wire_->received().empty()) {
    if (environment_.stopping) {
      co_return RequestHeadParser::Progress::NeedMore;
    }
    idle_ = true;
    wire_->rest();
    wire_->expire_reads_after(first ? options.header_timeout : options.idle_timeout);
    const Wire::Likely next = first ? Wire::Likely::Data : Wire::Likely::Silence;
    if (co_await wire_->fill(next) != Wire::Fill::Data) {
      co_return RequestHeadParser::Progress::NeedMore;
    }
  }
  idle_ = false;
  // Most heads come whole: what follows the first piece of another one has a deadline.
  for (bool awaited = first;; awaited = true) {
    const RequestHeadParser::Progress progress = parser.parse(wire_->received());
    if (progress != RequestHeadParser::Progress::NeedMore) {
      wire_->never_expire_reads();
      co_return progress;
    }
    if (!awaited) wire_->expire_reads_after(options.header_timeout);
    if (co_await wire_->fill() != Wire::Fill::Data) {
      co_return progress;
    }
  }
}

asio::awaitable<void> Connection::refuse(const HeadRefusal& refusal) {
  const std::string answer = "HTTP/1.1 " + refusal.status +
                             "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close" +
                             "\r\n\r\n" + refusal.body;
  co_await wire_->write(answer);
}

asio::awaitable<Http1Exchange::Outcome> Connection::serve_request(RequestHead&& head) {
  const ServerOptions& options = environment_.options;
  const Expectation expectation = head.expectation;
  head.request.peer = peer_;
  Http1Exchange exchange(*wire_, std::move(head), {options.idle_timeout, options.header_timeout},
                         environment_);
  try {
    co_await handle(exchange, expectation);
  } catch (...) {
    exchange.abort();
  }
  if (exchange.end_handling()) co_await exchange.complete();
  used_.head = exchange.take_head();
  co_return exchange.outcome();
}

asio::awaitable<void> Connection::handle(Http1Exchange& exchange, Expectation expectation) {
  if (expectation == Expectation::Unsupported) return refuse_expectation(exchange);
  const Request& request = exchange.request();
  const bool about_the_server = request.method == "OPTIONS" && request.target == "*";
  return about_the_server ? leave_it_to_the_transport() : environment_.handler.handle(exchange);
}

}  // namespace kaudit::apiserver::http
