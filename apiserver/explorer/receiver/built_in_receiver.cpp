#include "apiserver/explorer/receiver/built_in_receiver.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/tls/secret.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using boost::asio::awaitable;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxList = std::size_t{64} << 20U;
/// Between two looks whether something has been told or the sender has left.
constexpr auto kLook = std::chrono::milliseconds(50);
constexpr auto kReceiverGrace = std::chrono::milliseconds(500);

http::Response plain_answer(int status) {
  http::Headers headers;
  headers.add("Content-Type", "text/plain; charset=utf-8");
  return http::Response(status, std::move(headers), "");
}

}  // namespace

BuiltInReceiver::BuiltInReceiver() : path_("/" + tls::random_secret()) {}

BuiltInReceiver::~BuiltInReceiver() { stop(); }

Result<void> BuiltInReceiver::start() {
  http::ServerOptions options;
  options.security = http::Security::Plain;
  options.threads = 1;
  server_ = std::make_unique<http::Server>(
      std::move(options), std::shared_ptr<http::Handler>(std::shared_ptr<void>(), this));
  if (auto started = server_->start(); !started) {
    return fail("the explorer's receiver " + started.error().message);
  }
  url_ = "http://127.0.0.1:" + std::to_string(server_->port());
  return {};
}

void BuiltInReceiver::stop() {
  ledger_.release();
  if (server_) server_->stop(kReceiverGrace);
  server_.reset();
}

std::string BuiltInReceiver::kubeconfig() const {
  return "apiVersion: v1\nkind: Config\ncurrent-context: explorer\n"
         "clusters: [{name: receiver, cluster: {server: \"" +
         url_ + path_ +
         "\"}}]\n"
         "contexts: [{name: explorer, context: {cluster: receiver, user: server}}]\n"
         "users: [{name: server, user: {}}]\n";
}

awaitable<void> BuiltInReceiver::handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const std::string_view target = request.target;
  // Of the sender alone: no page knows the path, and the server adds a query (?timeout=30s).
  if (!tls::same_secret(target.substr(0, target.find('?')), path_)) {
    co_await exchange.send(plain_answer(404));
    co_return;
  }
  if (request.method != "POST") {
    co_await exchange.send(plain_answer(405));
    co_return;
  }
  const auto list = co_await exchange.read_body(kMaxList);
  if (!list) {
    co_await exchange.send(plain_answer(list.error() == http::BodyError::TooLarge ? 413 : 400));
    co_return;
  }
  co_await take(exchange, ledger_.begin(*list));
}

awaitable<void> BuiltInReceiver::take(http::Exchange& exchange, ReceiverLedger::Try begun) {
  int status = 200;
  switch (begun.mood) {
    case Mood::Take:
      break;
    case Mood::Slow:
      co_await wait(exchange, begun.order, Clock::now() + begun.delay);
      break;
    case Mood::Fail:
      status = 500;
      break;
    case Mood::Refuse:
      status = 403;
      break;
    case Mood::Hang:
      co_await wait(exchange, begun.order, Clock::time_point::max());
      status = 0;
      break;
    case Mood::Forget:
      status = 0;
      break;
  }
  if (exchange.client_gone()) {
    ledger_.end(begun.number, "the sender left");
  } else if (status == 0) {
    ledger_.end(begun.number, "no answer");
    exchange.abort();
  } else {
    ledger_.end(begun.number, std::to_string(status));
    co_await exchange.send(plain_answer(status));
  }
}

awaitable<void> BuiltInReceiver::wait(http::Exchange& exchange, std::uint64_t order,
                                      Clock::time_point until) {
  boost::asio::steady_timer timer(exchange.executor());
  while (!exchange.client_gone() && !ledger_.superseded(order)) {
    const auto now = Clock::now();
    if (now >= until) co_return;
    timer.expires_at(std::min(now + kLook, until));
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
}

}  // namespace kaudit::apiserver::explorer
