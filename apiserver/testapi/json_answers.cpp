#include "apiserver/testapi/json_answers.hpp"

#include <string>
#include <utility>

namespace kaudit::apiserver::testapi {
namespace {

using objects::Json;

constexpr std::size_t kBodyLimit = std::size_t{1} << 20U;

}  // namespace

Answer json_answer(int status, const Json& json) {
  return Answer::text(status, "application/json", json.dump() + "\n");
}

Answer refuse(const RequestScope& scope, int code, std::string_view reason,
              std::string_view message) {
  return status_answer(scope, failure(code, reason, message));
}

Answer no_such(const RequestScope& scope, std::string_view what, std::string_view name) {
  return refuse(scope, 404, "NotFound",
                "there is no " + std::string(what) + " \"" + std::string(name) +
                    "\": GET /kaudit/v1/" + std::string(what) + "s lists those that there are");
}

Answer no_such_method(const RequestScope& scope, std::string_view allowed) {
  http::Headers headers;
  headers.set("Allow", std::string(allowed));
  return status_answer(scope,
                       failure(405, "MethodNotAllowed",
                               scope.request().method + " is not one of the methods of " +
                                   std::string(scope.info.path) + ": " + std::string(allowed)),
                       std::move(headers));
}

Json number(std::uint64_t value) { return Json(Json::Number{std::to_string(value)}); }

boost::asio::awaitable<tl::expected<Json, audit::Status>> read_json(RequestScope& scope) {
  const auto body = co_await scope.exchange.read_body(kBodyLimit);
  if (!body) {
    const bool large = body.error() == http::BodyError::TooLarge;
    co_return tl::unexpected(
        large ? failure(413, "RequestEntityTooLarge", "the body is larger than 1 MiB")
              : failure(400, "BadRequest", "the body could not be read"));
  }
  if (body->find_first_not_of(" \t\r\n") == std::string::npos) co_return Json(Json::Object());
  auto json = Json::parse(*body);
  if (!json) {
    co_return tl::unexpected(
        failure(400, "BadRequest", "the body is not JSON: " + json.error().message));
  }
  if (json->object() == nullptr) {
    co_return tl::unexpected(failure(400, "BadRequest", "the body must be a JSON object"));
  }
  co_return *std::move(json);
}

}  // namespace kaudit::apiserver::testapi
