#include "apiserver/api/delete/delete_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/api/negotiation.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "apiserver/request/list_options.hpp"
#include "base/text/integer.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::api {
namespace {

using objects::Json;

struct Policy {
  std::string_view name;
  Propagation propagation;
};
constexpr std::array<Policy, 3> kPolicies{{
    {"Foreground", Propagation::Foreground},
    {"Background", Propagation::Background},
    {"Orphan", Propagation::Orphan},
}};
// As the error lists them: upstream's list has a `nil` in it.
constexpr std::string_view kPolicyNames[] = {"Foreground", "Background", "Orphan", "nil"};

std::vector<std::string_view> texts_of(const Json* list) {
  std::vector<std::string_view> texts;
  if (list != nullptr && list->array() != nullptr) {
    for (const Json& element : *list->array()) {
      texts.push_back(element.string() ? std::string_view(*element.string()) : "");
    }
  }
  return texts;
}

std::optional<std::string> given_text(const Json* object, std::string_view name) {
  const Json* member = object ? object->find(name) : nullptr;
  if (member == nullptr || member->string() == nullptr) return std::nullopt;
  return *member->string();
}

Propagation propagation_of(const Json& options, std::vector<FieldError>& errors) {
  const Json* orphan = options.find("orphanDependents");
  if (orphan != nullptr && orphan->boolean() == nullptr) orphan = nullptr;  // null
  const auto policy = given_text(&options, "propagationPolicy");
  if (!policy) {
    if (orphan == nullptr) return Propagation::Unsaid;
    return *orphan->boolean() ? Propagation::Orphan : Propagation::Background;
  }
  if (orphan != nullptr) {
    errors.push_back(
        FieldError::invalid("propagationPolicy", *policy,
                            "orphanDependents and deletionPropagation cannot be both set"));
  }
  const auto* found = std::find_if(kPolicies.begin(), kPolicies.end(),
                                   [&policy](const Policy& p) { return p.name == *policy; });
  if (found != kPolicies.end()) return found->propagation;
  errors.push_back(
      FieldError::not_supported("propagationPolicy", go_quoted(*policy), kPolicyNames));
  return Propagation::Unsaid;
}

std::optional<std::int64_t> given_seconds(const Json& options) {
  const Json* member = options.find("gracePeriodSeconds");
  if (member == nullptr || member->number() == nullptr) return std::nullopt;
  const auto seconds = parse_int64(member->number()->text);
  if (!seconds) return std::nullopt;
  return *seconds < 0 ? 1 : *seconds;  // what is negative is a second (registry/rest BeforeDelete)
}

audit::Status no_number(std::string_view text) {
  return bad_request("strconv.ParseInt: parsing " + go_quoted(text) + ": invalid syntax");
}

}  // namespace

Expected<DeleteRequest> delete_request(const Json& options) {
  DeleteRequest request;
  std::vector<FieldError> errors;
  request.propagation = propagation_of(options, errors);
  request.dry_run = dry_run_of(texts_of(options.find("dryRun")), errors);
  if (!errors.empty()) return tl::unexpected(invalid("meta.k8s.io", "DeleteOptions", "", errors));
  request.grace_period_seconds = given_seconds(options);
  const Json* preconditions = options.find("preconditions");
  request.uid = given_text(preconditions, "uid");
  request.resource_version = given_text(preconditions, "resourceVersion");
  return request;
}

Expected<Json> delete_options_of(const request::Url& url) {
  Json options{Json::Object()};
  if (url.has_parameter("gracePeriodSeconds")) {
    const std::string_view text = url.parameter("gracePeriodSeconds");
    const auto seconds = parse_int64(text);
    if (!seconds) return tl::unexpected(no_number(text));
    options.set("gracePeriodSeconds", Json(*seconds));
  }
  if (url.has_parameter("orphanDependents")) {
    options.set("orphanDependents",
                Json(request::is_true_parameter(url.parameter("orphanDependents"))));
  }
  if (url.has_parameter("propagationPolicy")) {
    options.set("propagationPolicy", Json(url.parameter("propagationPolicy")));
  }
  Json::Array dry_run;
  for (const std::string_view value : url.parameters("dryRun")) dry_run.emplace_back(value);
  if (!dry_run.empty()) options.set("dryRun", Json(std::move(dry_run)));
  return options;
}

boost::asio::awaitable<Expected<DeleteRequest>> read_delete_request(Call& call) {
  const auto format = body_format(call.scope.request().headers);
  const auto body = co_await read_body(call);
  if (!body) co_return tl::unexpected(body.error());
  if (body->empty()) {
    const auto options = delete_options_of(call.scope.url);
    if (!options) co_return tl::unexpected(options.error());
    co_return delete_request(*options);
  }
  if (!format) co_return tl::unexpected(format.error());
  const auto options = objects::decode_delete_options(call.type(), *body, *format);
  if (!options) co_return tl::unexpected(bad_request(options.error().message));
  if (call.scope.audit != nullptr && call.scope.audit->wants_request_object()) {
    call.scope.audit->log_request_object(RawJson::trusted(options->dump()));
  }
  co_return delete_request(*options);
}

}  // namespace kaudit::apiserver::api
