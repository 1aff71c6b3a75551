#include "apiserver/loopback/own_request.hpp"

#include <utility>

#include <boost/asio/this_coro.hpp>

#include "apiserver/loopback/memory_exchange.hpp"
#include "apiserver/request/url.hpp"
#include "apiserver/request_scope.hpp"
#include "apiserver/send_answer.hpp"

namespace kaudit::apiserver::loopback {
namespace {

using boost::asio::awaitable;

http::Request head_of(OwnRequest& request) {
  http::Request head;
  head.method = std::move(request.method);
  head.target = std::move(request.target);
  head.headers.add("Accept", "application/json");
  if (!request.user_agent.empty()) head.headers.add("User-Agent", std::move(request.user_agent));
  if (!request.content_type.empty()) {
    head.headers.add("Content-Type", std::move(request.content_type));
  }
  head.peer.address = "127.0.0.1:0";
  return head;
}

}  // namespace

awaitable<http::Response> ask_api(const api::Api& api, audit::UserInfo user, OwnRequest request) {
  auto executor = co_await boost::asio::this_coro::executor;
  std::string body = std::move(request.body);
  MemoryExchange exchange(executor, head_of(request), std::move(body));
  RequestScope scope(exchange);
  scope.received = Timestamp::now();
  auto url = request::Url::parse(exchange.request().method, exchange.request().target);
  if (!url) co_return http::Response(400, {}, url.error().message);
  scope.url = *std::move(url);
  auto info = request::make_request_info(exchange.request().method, scope.url);
  if (!info) co_return http::Response(400, {}, info.error().message);
  scope.info = *std::move(info);
  scope.user = std::move(user);
  Answer answer = co_await api.handle(scope);
  co_await send_answer(scope, std::move(answer));
  co_return exchange.answer();
}

awaitable<http::Response> ask_chain(http::Handler& chain, std::string token, OwnRequest request) {
  auto executor = co_await boost::asio::this_coro::executor;
  std::string body = std::move(request.body);
  http::Request head = head_of(request);
  head.headers.add("Authorization", "Bearer " + token);
  MemoryExchange exchange(executor, std::move(head), std::move(body));
  co_await chain.handle(exchange);
  co_return exchange.answer();
}

}  // namespace kaudit::apiserver::loopback
