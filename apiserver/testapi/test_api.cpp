#include "apiserver/testapi/test_api.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apiserver/identity/bearer_token.hpp"
#include "apiserver/identity/well_known.hpp"
#include "apiserver/testapi/broken_exchange.hpp"
#include "apiserver/testapi/fault_answers.hpp"
#include "apiserver/testapi/json_answers.hpp"
#include "base/tls/secret.hpp"

namespace kaudit::apiserver::testapi {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kRoot = "/kaudit/v1";

/// Verbs whose handlers change the store, but for those that go on for long.
bool writes(const request::RequestInfo& info) noexcept {
  constexpr std::string_view kVerbs[] = {"create", "update", "patch", "delete", "deletecollection"};
  return info.is_resource_request && !info.long_running &&
         std::find(std::begin(kVerbs), std::end(kVerbs), info.verb) != std::end(kVerbs);
}

/// A write that waits for its turn where everything is put back.
enum class Gated : std::uint8_t { No, Yes };

awaitable<Answer> through_gate(RequestScope& scope, Next next, WriteGate& gate, Gated gated) {
  if (gated == Gated::No) co_return co_await next(scope);
  const WriteGate::Pass pass = co_await gate.enter();
  co_return co_await next(scope);
}

/// What a request meets that a fault hits.
awaitable<Answer> faulty(RequestScope& scope, Next next, FaultRules::Hit hit,
                         BrokenExchange* exchange, WriteGate& gate, Gated gated) {
  if (scope.audit != nullptr) scope.audit->annotate(kFaultAnnotation, hit.id);
  const FaultAction& action = hit.action;
  if (action.delay.count() > 0) {
    const bool slept = co_await scope.cancellation.sleep_for(action.delay);
    if (!slept) {
      co_return refuse(scope, 504, "Timeout",
                       "nobody waits any more for what fault " + hit.id + " holds");
    }
  }
  if (action.status != 0) co_return fault_status(scope, hit);
  if (action.reset == FaultAction::Reset::Before) co_return cut_before(scope);
  if (exchange != nullptr) exchange->break_answer(action.reset);
  if (action.hold_resource_version) hold_version(scope, hit.set_at);
  co_return co_await through_gate(scope, next, gate, gated);
}

}  // namespace

TestApi::TestApi(Options options)
    : token_(std::move(options.token)),
      events_(options.sink),
      states_(options.store, *options.api),
      faults_(std::move(options.faults), states_.resource_version()),
      clock_moved_(std::move(options.clock_moved)) {}

std::unique_ptr<http::Exchange> TestApi::wrap(http::Exchange& transport) {
  return std::make_unique<BrokenExchange>(transport, states_.epoch());
}

bool TestApi::is_own(const RequestScope& scope) const noexcept {
  const std::string_view path = scope.info.path;
  return path == kRoot || (path.starts_with(kRoot) && path[kRoot.size()] == '/');
}

std::optional<audit::Status> TestApi::refusal(const RequestScope& scope,
                                              const Services& services) const {
  const http::Headers& headers = scope.request().headers;
  const auto token = identity::bearer_token(headers);
  if (token && !token_.empty() && tls::same_secret(*token, token_)) return std::nullopt;
  const auto result = services.authenticator->authenticate(scope.request());
  if (result.outcome != identity::Authentication::Authenticated) {
    return failure(401, "Unauthorized", "Unauthorized");
  }
  const auto& groups = result.user->groups;
  const bool master =
      std::find(groups.begin(), groups.end(), identity::kPrivilegedGroup) != groups.end();
  // Who acts for another one asks for no more than that one may.
  if (master && !headers.has("Impersonate-User") && !headers.has("Impersonate-Group")) {
    return std::nullopt;
  }
  return failure(403, "Forbidden",
                 "User \"" + result.user->username +
                     "\" cannot use the test API: it is for members of system:masters who act for "
                     "themselves, and for the token of --test-api-token-file");
}

awaitable<Answer> TestApi::serve(RequestScope& scope, const Services& services) {
  if (auto status = refusal(scope, services)) {
    co_return status_answer(scope, *std::move(status));
  }
  co_return co_await route(scope);
}

awaitable<Answer> TestApi::around_handler(RequestScope& scope, Next next) {
  // The server's own requests come from within a write, or from who has passed the gate already.
  auto* exchange = dynamic_cast<BrokenExchange*>(&scope.exchange);
  const bool own = exchange != nullptr && exchange->is_loopback();
  auto hit = faults_.hit(scope);
  if (exchange != nullptr && scope.info.verb == "watch") {
    exchange->expect_watch(hit ? hit->action.watch : std::nullopt);
  }
  const Gated gated = !own && writes(scope.info) ? Gated::Yes : Gated::No;
  if (hit) return faulty(scope, next, *std::move(hit), exchange, states_.gate(), gated);
  if (gated == Gated::No) return next(scope);
  return through_gate(scope, next, states_.gate(), gated);
}

}  // namespace kaudit::apiserver::testapi
