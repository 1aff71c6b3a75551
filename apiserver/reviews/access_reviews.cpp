#include "apiserver/reviews/access_reviews.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/tree/text_list.hpp"
#include "apiserver/reviews/access_question.hpp"
#include "apiserver/reviews/access_validation.hpp"
#include "apiserver/reviews/review.hpp"

namespace kaudit::apiserver::reviews {
namespace {

using objects::Json;
using AuthorizerPtr = std::shared_ptr<const authz::Authorizer>;

constexpr std::string_view kGroup = "authorization.k8s.io";

AccessQuestion question_of(const api::Call& call, const Json& review, AccessReview kind) {
  const Json& spec = *review.find("spec");
  if (kind == AccessReview::Self) return {spec, call.scope.user};
  return AccessQuestion(spec);
}

api::Handled answer_access(api::Call& call, AuthorizerPtr authorizer, AccessReview kind) {
  auto review = co_await read_review(call);
  if (!review) co_return tl::unexpected(std::move(review.error()));
  if (const auto errors = access_errors(*review, kind); !errors.empty()) {
    // The kind is not named: where a real server looks for it, decoding has taken it away.
    co_return tl::unexpected(api::invalid(kGroup, "", "", errors));
  }
  const AccessQuestion question = question_of(call, *review, kind);
  Json status = access_status(question, authorizer->authorize(question.attributes()));
  co_return answered(call, *std::move(review), std::move(status));
}

void set_list(Json& object, std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) object.set(name, objects::list_of(texts));
}

Json rules_status(const authz::KnownRules& known) {
  Json::Array resources;
  Json::Array others;
  for (const authz::PolicyRule& rule : known.rules) {
    if (!rule.resources.empty()) {
      Json shown{Json::Object()};
      shown.set("verbs", objects::list_of(rule.verbs));
      set_list(shown, "apiGroups", rule.api_groups);
      set_list(shown, "resources", rule.resources);
      set_list(shown, "resourceNames", rule.resource_names);
      resources.push_back(std::move(shown));
    }
    if (!rule.non_resource_urls.empty()) {
      Json shown{Json::Object()};
      shown.set("verbs", objects::list_of(rule.verbs));
      set_list(shown, "nonResourceURLs", rule.non_resource_urls);
      others.push_back(std::move(shown));
    }
  }
  Json status{Json::Object()};
  status.set("resourceRules", Json(std::move(resources)));
  status.set("nonResourceRules", Json(std::move(others)));
  status.set("incomplete", Json(known.incomplete));
  if (!known.errors.empty()) {
    status.set("evaluationError", Json(authz::aggregated(known.errors)));
  }
  return status;
}

api::Handled answer_rules(api::Call& call, AuthorizerPtr authorizer) {
  const auto review = co_await read_review(call);
  if (!review) co_return tl::unexpected(review.error());
  const Json* spec = review->find("spec");
  const std::string ns(spec == nullptr ? std::string_view() : spec->text("namespace"));
  if (ns.empty()) co_return tl::unexpected(api::bad_request("no namespace on request"));
  Json status = rules_status(authorizer->rules_for(call.scope.user, ns));
  // Unlike the others this one does not repeat the question.
  Json empty{Json::Object()};
  empty.set("metadata", Json(Json::Object()));
  empty.set("spec", Json(Json::Object()));
  co_return answered(call, std::move(empty), std::move(status));
}

VirtualResource row(std::string_view resource, api::VirtualHandler handler) {
  return {kGroup, resource, "", "create", std::move(handler)};
}

}  // namespace

std::vector<VirtualResource> access_reviews(const AuthorizerPtr& authorizer) {
  const auto access = [&authorizer](AccessReview kind) -> api::VirtualHandler {
    return [authorizer, kind](api::Call& call) { return answer_access(call, authorizer, kind); };
  };
  std::vector<VirtualResource> rows;
  rows.push_back(row("selfsubjectaccessreviews", access(AccessReview::Self)));
  rows.push_back(row("subjectaccessreviews", access(AccessReview::Subject)));
  rows.push_back(row("localsubjectaccessreviews", access(AccessReview::Local)));
  rows.push_back(row("selfsubjectrulesreviews",
                     [authorizer](api::Call& call) { return answer_rules(call, authorizer); }));
  return rows;
}

}  // namespace kaudit::apiserver::reviews
