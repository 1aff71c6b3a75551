#include "apiserver/api/call.hpp"

#include <chrono>
#include <utility>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/status_errors.hpp"

namespace kaudit::apiserver::api {
namespace {

using Clock = std::chrono::steady_clock;

std::string written(const RequestScope& scope, std::string_view json) {
  switch (layout_of(scope.request(), scope.url.parameter("pretty"))) {
    case Layout::Indented:
      return indented(json);
    case Layout::Compact:
      break;
  }
  std::string body;
  body.reserve(json.size() + 1);
  body.append(json) += '\n';
  return body;
}

boost::asio::awaitable<void> send_json(RequestScope& scope, int code, std::string_view json) {
  const auto start = Clock::now();
  std::string body = written(scope, json);
  const auto serialized = Clock::now();
  scope.latencies.serialize_response_object = serialized - start;
  co_await scope.response.send(code, "application/json", std::move(body));
  scope.latencies.response_write = Clock::now() - serialized;
}

}  // namespace

std::string Call::prefix() const { return store_prefix(resource, ns); }

std::string Call::key(std::string_view object_name) const { return prefix().append(object_name); }

boost::asio::awaitable<Expected<std::string>> read_body(Call& call) {
  auto body = co_await call.scope.exchange.read_body(call.options.body_limit);
  if (body) co_return *std::move(body);
  switch (body.error()) {
    case http::BodyError::TooLarge:
      co_return tl::unexpected(body_too_large(call.options.body_limit));
    case http::BodyError::UnexpectedEof:
      co_return tl::unexpected(unexpected("unexpected EOF"));
    case http::BodyError::Timeout:
      break;
  }
  co_return tl::unexpected(unexpected("i/o timeout"));
}

boost::asio::awaitable<void> answer(Call& call, Reply reply) {
  RequestScope& scope = call.scope;
  const auto start = Clock::now();
  if (scope.audit != nullptr) scope.audit->log_response_object(reply.json);
  scope.latencies.transform_response_object = Clock::now() - start;
  co_await send_json(scope, reply.code, reply.json.view());
}

boost::asio::awaitable<void> answer_with(RequestScope& scope, const audit::Status& status) {
  std::string json;
  append_json(json, status);
  if (scope.audit != nullptr) {
    scope.audit->set_response_status(status);
    if (scope.audit->wants_response_object()) {
      scope.audit->log_response_object(audit::RawJson::trusted(json));
    }
  }
  if (status.details && status.details->retry_after_seconds > 0) {
    scope.response.headers().set("Retry-After",
                                 std::to_string(status.details->retry_after_seconds));
  }
  co_await send_json(scope, status.code == 0 ? 200 : status.code, json);
}

boost::asio::awaitable<void> answer_not_acceptable(RequestScope& scope) {
  std::string json;
  append_json(json, not_acceptable(kJson));
  co_await scope.response.send(406, "application/json", indented(json));
}

audit::Status refused(const Call& call, store::Refusal refusal) {
  switch (refusal) {
    case store::Refusal::NotFound:
      return not_found(call.resource, call.name);
    case store::Refusal::AlreadyExists:
      return already_exists(call.resource, call.name);
    case store::Refusal::Changed:
      return conflict(
          call.resource, call.name,
          "the object has been modified; please apply your changes to the latest version "
          "and try again");
    case store::Refusal::Expired:
    case store::Refusal::NotReached:
    case store::Refusal::Unavailable:
      break;
  }
  return unexpected("the storage does not answer");
}

}  // namespace kaudit::apiserver::api
