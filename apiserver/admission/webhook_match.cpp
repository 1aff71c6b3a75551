#include "apiserver/admission/webhook_match.hpp"

#include <algorithm>
#include <string>

#include "apiserver/admission/asked_version.hpp"
#include "apiserver/api/delete/namespaces.hpp"
#include "apiserver/api/status_errors.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"

namespace kaudit::apiserver::admission {
namespace {

using boost::asio::awaitable;
using objects::Json;
using objects::Resource;
using objects::validate::SelectorMatch;

bool names(const std::vector<std::string>& items, std::string_view wanted) noexcept {
  return std::any_of(items.begin(), items.end(),
                     [wanted](const std::string& item) { return item == "*" || item == wanted; });
}

bool names_resource(const std::vector<std::string>& resources,
                    const RuleSubject& subject) noexcept {
  return std::any_of(resources.begin(), resources.end(), [&subject](std::string_view each) {
    const std::size_t slash = each.find('/');
    const std::string_view resource = each.substr(0, slash);
    const std::string_view sub =
        slash == std::string_view::npos ? std::string_view() : each.substr(slash + 1);
    return (resource == "*" || resource == subject.resource) &&
           (sub == "*" || sub == subject.subresource);
  });
}

bool in_scope(WebhookRule::Scope scope, const RuleSubject& subject) noexcept {
  // The namespace of a Namespace is itself, and it is of the cluster all the same.
  const bool cluster = subject.ns.empty() || (subject.group.empty() && subject.version == "v1" &&
                                              subject.resource == "namespaces");
  switch (scope) {
    case WebhookRule::Scope::All:
      return true;
    case WebhookRule::Scope::Cluster:
      return cluster;
    case WebhookRule::Scope::Namespaced:
      return !cluster;
  }
  return false;
}

bool any_rule_matches(const Webhook& hook, const RuleSubject& subject) noexcept {
  return std::any_of(hook.rules.begin(), hook.rules.end(),
                     [&subject](const WebhookRule& rule) { return matches(rule, subject); });
}

RuleSubject subject_of(const api::AdmissionRequest& request, const Resource& resource) noexcept {
  return {api::text(request.operation),
          resource.group,
          resource.version,
          resource.name,
          request.call.subresource != nullptr ? request.call.subresource->name : "",
          namespace_of(request)};
}

// The version of the resource that the rules name, the request's own first.
const Resource* wanted_version(const Webhook& hook, const api::AdmissionRequest& request) {
  const Resource& own = request.call.resource;
  if (any_rule_matches(hook, subject_of(request, own))) return &own;
  if (hook.match_policy == MatchPolicy::Exact) return nullptr;
  const auto others = other_versions(request.call);
  for (const WebhookRule& rule : hook.rules) {
    for (const Resource* other : others) {
      if (matches(rule, subject_of(request, *other))) return other;
    }
  }
  return nullptr;
}

const Json* labels_of(const Json* object) noexcept {
  const Json* metadata = object != nullptr ? object->find("metadata") : nullptr;
  return metadata != nullptr ? metadata->find("labels") : nullptr;
}

bool selects(const Json& selector, const Json* labels) {
  return objects::validate::match_labels(&selector, labels) == SelectorMatch::Matches;
}

bool object_selected(const Webhook& hook, const api::AdmissionRequest& request) {
  if (!objects::validate::has_requirements(&hook.object_selector)) return true;
  return (request.object != nullptr && selects(hook.object_selector, labels_of(request.object))) ||
         (request.old_object != nullptr &&
          selects(hook.object_selector, labels_of(request.old_object)));
}

// What is of no namespace is always selected.
awaitable<api::Expected<bool>> namespace_selected(const Webhook& hook,
                                                  const api::AdmissionRequest& request) {
  const bool is_namespace = request.call.resource.name == "namespaces";
  const std::string_view ns = namespace_of(request);
  if (ns.empty() && !is_namespace) co_return true;
  if (!objects::validate::has_requirements(&hook.namespace_selector)) co_return true;
  const bool written = request.operation == api::AdmissionOperation::Create ||
                       request.operation == api::AdmissionOperation::Update;
  if (is_namespace && request.call.subresource == nullptr && written) {
    co_return selects(hook.namespace_selector, labels_of(request.object));
  }
  const api::ObjectRef ref = api::namespace_ref(ns);
  const auto found = co_await request.call.store().get(ref.key());
  if (!found) co_return tl::unexpected(api::not_found(*ref.resource, ns));
  const Json tree = (*found)->tree();
  co_return selects(hook.namespace_selector, labels_of(&tree));
}

}  // namespace

bool matches(const WebhookRule& rule, const RuleSubject& subject) noexcept {
  return in_scope(rule.scope, subject) && names(rule.operations, subject.operation) &&
         names(rule.groups, subject.group) && names(rule.versions, subject.version) &&
         names_resource(rule.resources, subject);
}

std::string_view namespace_of(const api::AdmissionRequest& request) noexcept {
  if (request.call.resource.name == "namespaces") return request.name;
  return request.call.ns;
}

awaitable<api::Expected<const Resource*>> find_invocation(const Webhook& hook,
                                                          const api::AdmissionRequest& request) {
  const Resource* const nobody = nullptr;
  if (!object_selected(hook, request)) co_return nobody;
  const Resource* const version = wanted_version(hook, request);
  if (version == nullptr) co_return nobody;
  // Last, because it alone reads the store, and fails only where the rules match.
  const auto selected = co_await namespace_selected(hook, request);
  if (!selected) co_return tl::unexpected(selected.error());
  co_return *selected ? version : nobody;
}

}  // namespace kaudit::apiserver::admission
