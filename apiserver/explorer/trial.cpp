#include "apiserver/explorer/trial.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "apiserver/identity/bearer_token.hpp"
#include "apiserver/loopback/memory_exchange.hpp"
#include "apiserver/request/request_info.hpp"
#include "apiserver/request/url.hpp"
#include "base/text/ascii.hpp"
#include "base/tls/secret.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using objects::Json;

constexpr std::size_t kMaxTarget = 8 * 1024;
constexpr std::size_t kMaxShownBody = 64 * 1024;
constexpr std::size_t kMaxNames = 100;
/// What a watch that is tried out lasts: nobody could end it otherwise.
constexpr std::string_view kWatchTime = "timeoutSeconds=2";

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, is_letter);
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
}

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> values;
  if (list == nullptr || list->array() == nullptr) return values;
  for (const Json& value : *list->array()) {
    if (value.string() != nullptr && !value.string()->empty()) values.push_back(*value.string());
  }
  return values;
}

Result<void> set_user(const Json& json, Trial& trial) {
  trial.user.username = json.text("user");
  if (trial.user.username.empty()) return fail("a request needs a user");
  trial.user.groups = texts(json.find("groups"));
  trial.as_user = json.text("asUser");
  trial.as_groups = texts(json.find("asGroups"));
  if (trial.user.groups.size() > kMaxNames || trial.as_groups.size() > kMaxNames) {
    return fail("these are too many groups");
  }
  const bool fine =
      is_header_value(trial.as_user) && std::ranges::all_of(trial.as_groups, is_header_value);
  return fine ? Result<void>() : fail("a name to impersonate has a control character");
}

/// A request that never ends by itself would never be answered here.
Result<void> bound_time(Trial& trial) {
  const auto url = request::Url::parse(trial.method, trial.target);
  if (!url) return fail("the path cannot be read: " + url.error().message);
  const auto info = request::make_request_info(trial.method, *url);
  if (!info || !info->long_running) return {};
  if (info->verb == "watch") {
    if (url->has_parameter("timeoutSeconds")) return {};
    trial.target.append(url->raw_query.empty() ? "?" : "&").append(kWatchTime);
    return {};
  }
  if (info->subresource == "log" && url->parameter("follow") != "true") return {};
  return fail("this needs a connection of its own: use the line for kubectl");
}

http::Request request_of(const Trial& trial, const std::string& token) {
  http::Request request;
  request.method = trial.method;
  request.target = trial.target;
  request.headers.add("Accept", "application/json");
  request.headers.add("Authorization", "Bearer " + token);
  request.headers.add("User-Agent", trial.user_agent);
  if (!trial.content_type.empty()) request.headers.add("Content-Type", trial.content_type);
  if (!trial.as_user.empty()) request.headers.add("Impersonate-User", trial.as_user);
  for (const std::string& group : trial.as_groups) request.headers.add("Impersonate-Group", group);
  request.peer.address = "127.0.0.1:0";
  return request;
}

std::string json_of(const http::Response& response) {
  Json json(Json::Object{});
  json.set("status", Json(static_cast<std::int64_t>(response.status)));
  json.set("auditID", Json(response.headers.first("Audit-Id").value_or("")));
  Json::Array headers;
  for (const http::Header line : response.headers.lines()) {
    headers.emplace_back(std::string(line.name).append(": ").append(line.value));
  }
  json.set("headers", Json(std::move(headers)));
  json.set("bytes", Json(static_cast<std::int64_t>(response.body.size())));
  json.set("body", Json(std::string_view(response.body).substr(0, kMaxShownBody)));
  return json.dump();
}

}  // namespace

TrialUsers::TrialUsers(std::shared_ptr<const identity::Authenticator> others)
    : others_(std::move(others)), prefix_("explorer." + tls::random_secret() + ".") {}

identity::AuthenticationResult TrialUsers::authenticate(const http::Request& request) const {
  if (passes_.load(std::memory_order_relaxed) == 0) return others_->authenticate(request);
  const auto token = identity::bearer_token(request.headers);
  if (token && token->starts_with(prefix_)) {
    const Lock lock(mutex_);
    if (const auto found = users_.find(*token); found != users_.end()) {
      return {identity::Authentication::Authenticated, found->second, {}};
    }
  }
  return others_->authenticate(request);
}

TrialUsers::Pass::Pass(const TrialUsers& users, audit::UserInfo user)
    : users_(users), token_(users.prefix_ + tls::random_secret()) {
  const Lock lock(users_.mutex_);
  users_.users_.emplace(token_, std::move(user));
  users_.passes_ = users_.users_.size();
}

TrialUsers::Pass::~Pass() {
  const Lock lock(users_.mutex_);
  users_.users_.erase(token_);
  users_.passes_ = users_.users_.size();
}

Result<Trial> read_trial(const Json& json) {
  Trial trial;
  trial.method = json.text("method");
  trial.target = json.text("path");
  trial.content_type = json.text("contentType");
  trial.body = json.text("body");
  trial.user_agent = "kaudit-explorer";
  if (!is_method(trial.method)) return fail("a method is a word such as GET or POST");
  if (!trial.target.starts_with('/') || trial.target.size() > kMaxTarget) {
    return fail("a path begins with / and has at most 8192 bytes");
  }
  if (!is_header_value(trial.target) || trial.target.find(' ') != std::string::npos) {
    return fail("a path has no spaces: write %20");
  }
  if (!is_header_value(trial.content_type)) return fail("the content type cannot be sent");
  if (auto done = set_user(json, trial); !done) return tl::unexpected(done.error());
  if (auto done = bound_time(trial); !done) return tl::unexpected(done.error());
  return trial;
}

boost::asio::awaitable<std::string> carry_out(http::Handler& chain, const TrialUsers& users,
                                              Trial trial) {
  auto executor = co_await boost::asio::this_coro::executor;
  const TrialUsers::Pass pass(users, std::move(trial.user));
  http::Request request = request_of(trial, pass.token());
  loopback::MemoryExchange exchange(executor, std::move(request), std::move(trial.body));
  co_await chain.handle(exchange);
  co_return json_of(exchange.answer());
}

}  // namespace kaudit::apiserver::explorer
