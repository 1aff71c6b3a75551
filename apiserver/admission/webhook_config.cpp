#include "apiserver/admission/webhook_config.hpp"

#include <map>
#include <span>
#include <utility>

#include "base/text/integer.hpp"

namespace kaudit::apiserver::admission {
namespace {

using objects::Json;

std::span<const Json> elements_of(const Json& object, std::string_view name) {
  const Json* list = object.find(name);
  if (list == nullptr || list->array() == nullptr) return {};
  return *list->array();
}

std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const Json& element : elements_of(object, name)) {
    if (element.string() != nullptr) texts.push_back(*element.string());
  }
  return texts;
}

std::int64_t number_or(const Json& object, std::string_view name, std::int64_t otherwise) {
  const Json* member = object.find(name);
  if (member == nullptr || member->number() == nullptr) return otherwise;
  return parse_int64(member->number()->text).value_or(otherwise);
}

Json member_of(const Json& object, std::string_view name) {
  const Json* member = object.find(name);
  return member != nullptr ? *member : Json();
}

WebhookRule rule_of(const Json& rule) {
  const std::string_view scope = rule.text("scope");
  return {texts_of(rule, "operations"), texts_of(rule, "apiGroups"), texts_of(rule, "apiVersions"),
          texts_of(rule, "resources"),
          scope == "Cluster"      ? WebhookRule::Scope::Cluster
          : scope == "Namespaced" ? WebhookRule::Scope::Namespaced
                                  : WebhookRule::Scope::All};
}

}  // namespace

Webhooks webhooks_of(const Json& configuration) {
  Webhooks hooks;
  const std::string name(configuration.find("metadata")->text("name"));
  std::map<std::string, int> seen;
  for (const Json& each : elements_of(configuration, "webhooks")) {
    Webhook hook;
    hook.configuration = name;
    hook.name = each.text("name");
    hook.uid = name + "/" + hook.name + "/" + std::to_string(seen[hook.name]++);
    for (const Json& rule : elements_of(each, "rules")) hook.rules.push_back(rule_of(rule));
    if (each.text("failurePolicy") == "Ignore") hook.failure_policy = FailurePolicy::Ignore;
    if (each.text("matchPolicy") == "Exact") hook.match_policy = MatchPolicy::Exact;
    if (each.text("reinvocationPolicy") == "IfNeeded") hook.reinvocation = Reinvocation::IfNeeded;
    const std::string_view effects = each.text("sideEffects");
    hook.has_side_effects = effects != "None" && effects != "NoneOnDryRun";
    hook.timeout = std::chrono::seconds(number_or(each, "timeoutSeconds", 10));
    hook.review_versions = texts_of(each, "admissionReviewVersions");
    hook.namespace_selector = member_of(each, "namespaceSelector");
    hook.object_selector = member_of(each, "objectSelector");
    hook.target = webhooks::WebhookTarget::read(member_of(each, "clientConfig"));
    hooks.push_back(std::move(hook));
  }
  return hooks;
}

}  // namespace kaudit::apiserver::admission
