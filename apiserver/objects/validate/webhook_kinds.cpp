// Webhook configurations. (kubernetes pkg/apis/admissionregistration/validation; apiserver
// pkg/util/webhook/validation.go)
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kUrlForm = "; desired format: https://host[/path]";
constexpr std::string_view kHookScopes[] = {"*", "Cluster", "Namespaced"};
constexpr std::string_view kHookOperations[] = {"*", "CONNECT", "CREATE", "DELETE", "UPDATE"};
constexpr std::string_view kFailurePolicies[] = {"Fail", "Ignore"};
constexpr std::string_view kMatchPolicies[] = {"Equivalent", "Exact"};
constexpr std::string_view kReinvocationPolicies[] = {"IfNeeded", "Never"};
constexpr std::string_view kSideEffects[] = {"None", "NoneOnDryRun"};

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  std::string all;
  for (const std::string& text : texts) all.append(all.empty() ? "" : separator).append(text);
  return all;
}

Shown shown_list(const Json* object, std::string_view name) { return {member(object, name)}; }

bool has_wildcard(const Json* object, std::string_view name) {
  for (const Json& each : items(object, name)) {
    if (text_of(each) == "*") return true;
  }
  return false;
}

// A list that may not be empty, and in which `*` stands alone.
void check_list(const FieldPath& path, const Json* rule, std::string_view name,
                std::string_view what, Findings& findings) {
  const auto all = items(rule, name);
  if (all.empty()) findings.required(path.child(name));
  if (all.size() > 1 && has_wildcard(rule, name)) {
    findings.invalid(path.child(name), shown_list(rule, name),
                     "if '*' is present, must not specify other " + std::string(what));
  }
}

void check_hook_resources(const FieldPath& path, const Json* rule, Findings& findings) {
  const FieldPath list = path.child("resources");
  const auto all = items(rule, "resources");
  if (all.empty()) findings.required(list);
  NameSet with_all_parts;  // x of x/*
  NameSet of_all;          // x of */x
  bool double_wildcard = false;
  bool single_wildcard = false;
  bool plain = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view each = text_of(all[i]);
    if (each.empty()) {
      findings.required(list.at(i));
      continue;
    }
    double_wildcard = double_wildcard || each == "*/*";
    single_wildcard = single_wildcard || each == "*";
    const std::size_t slash = each.find('/');
    if (slash == std::string_view::npos) {
      plain = each != "*";
      continue;
    }
    const std::string_view resource = each.substr(0, slash);
    const std::string_view part = each.substr(slash + 1);
    if (with_all_parts.contains(resource)) {
      findings.invalid(
          list.at(i), each,
          "if '" + std::string(resource) + "/*' is present, must not specify " + std::string(each));
    }
    if (of_all.contains(part)) {
      findings.invalid(
          list.at(i), each,
          "if '*/" + std::string(part) + "' is present, must not specify " + std::string(each));
    }
    if (part == "*") with_all_parts.insert(resource);
    if (resource == "*") of_all.insert(part);
  }
  if (all.size() > 1 && double_wildcard) {
    findings.invalid(list, shown_list(rule, "resources"),
                     "if '*/*' is present, must not specify other resources");
  }
  if (single_wildcard && plain) {
    findings.invalid(list, shown_list(rule, "resources"),
                     "if '*' is present, must not specify other resources without subresources");
  }
}

void check_hook_rule(const FieldPath& path, const Json& rule, Findings& findings) {
  check_list(path, &rule, "operations", "operations", findings);
  const FieldPath operations = path.child("operations");
  const auto all = items(&rule, "operations");
  for (std::size_t i = 0; i < all.size(); ++i) {
    check_one_of(operations.at(i), text_of(all[i]), kHookOperations, findings);
  }
  check_list(path, &rule, "apiGroups", "API groups", findings);
  check_list(path, &rule, "apiVersions", "API versions", findings);
  const FieldPath versions = path.child("apiVersions");
  const auto named = items(&rule, "apiVersions");
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (text_of(named[i]).empty()) findings.required(versions.at(i));
  }
  check_hook_resources(path, &rule, findings);
  if (member(&rule, "scope") != nullptr) {
    check_one_of(path.child("scope"), text(&rule, "scope"), kHookScopes, findings);
  }
}

// As far as Go's url.Parse takes it apart.
void check_hook_url(const FieldPath& path, std::string_view url, Findings& findings) {
  const std::size_t colon = url.find("://");
  const std::string_view scheme = colon == std::string_view::npos ? "" : url.substr(0, colon);
  std::string_view rest = colon == std::string_view::npos ? "" : url.substr(colon + 3);
  const std::string_view fragment =
      rest.find('#') == std::string_view::npos ? "" : rest.substr(rest.find('#') + 1);
  rest = rest.substr(0, rest.find('#'));
  const std::string_view query =
      rest.find('?') == std::string_view::npos ? "" : rest.substr(rest.find('?') + 1);
  rest = rest.substr(0, rest.find('?'));
  std::string_view host = rest.substr(0, rest.find('/'));
  std::string_view user;
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    user = host.substr(0, at);
    host.remove_prefix(at + 1);
  }
  if (scheme != "https") {
    findings.invalid(path, scheme,
                     "'https' is the only allowed URL scheme" + std::string(kUrlForm));
  }
  if (host.empty()) {
    findings.invalid(path, host, "host must be specified" + std::string(kUrlForm));
  }
  if (!user.empty()) {
    findings.invalid(path, user, "user information is not permitted in the URL");
  }
  if (!fragment.empty()) {
    findings.invalid(path, fragment, "fragments are not permitted in the URL");
  }
  if (!query.empty()) {
    findings.invalid(path, query, "query parameters are not permitted in the URL");
  }
}

void check_hook_path(const FieldPath& path, std::string_view url_path, Findings& findings) {
  if (url_path.empty() || url_path == "/") return;
  if (url_path == "//") return findings.invalid(path, url_path, "segment[0] may not be empty");
  if (!url_path.starts_with('/')) findings.invalid(path, url_path, "must start with a '/'");
  std::string_view left = url_path.substr(1);
  if (left.ends_with('/')) left.remove_suffix(1);
  for (int i = 0;; ++i) {
    const std::size_t slash = left.find('/');
    const std::string_view step = left.substr(0, slash);
    const std::string place = "segment[" + std::to_string(i) + "]";
    if (step.empty()) {
      findings.invalid(path, url_path, place + " may not be empty");
    } else {
      for (const std::string& fault : name_errors(NameRule::DnsSubdomain, step)) {
        findings.invalid(path, url_path, place + ": " + fault);
      }
    }
    if (slash == std::string_view::npos) return;
    left.remove_prefix(slash + 1);
  }
}

void check_hook_service(const FieldPath& path, const Json* service, Findings& findings) {
  if (text(service, "name").empty()) findings.required(path.child("name"));
  if (text(service, "namespace").empty()) findings.required(path.child("namespace"));
  const std::int64_t port = number(service, "port").value_or(443);
  if (const auto faults = port_number_errors(port); !faults.empty()) {
    findings.invalid(path.child("port"), port, "port is not valid: " + joined(faults, ", "));
  }
  check_hook_path(path.child("path"), text(service, "path"), findings);
}

void check_client_config(const FieldPath& path, const Json* config, Findings& findings) {
  const Json* url = member(config, "url");
  const Json* service = member(config, "service");
  if ((url == nullptr) == (service == nullptr)) {
    findings.required(path, "exactly one of url or service is required");
  } else if (url != nullptr) {
    check_hook_url(path.child("url"), text_of(*url), findings);
  } else {
    const FieldPath at = path.child("service");
    check_hook_service(at, service, findings);
  }
}

void check_review_versions(const FieldPath& path, const Json& hook, Findings& findings) {
  const auto versions = items(&hook, "admissionReviewVersions");
  if (versions.empty()) return findings.required(path, "must specify one of v1, v1beta1");
  NameSet seen;
  bool known = false;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string_view version = text_of(versions[i]);
    if (!seen.insert(version).second) {
      findings.invalid(path.at(i), version, "duplicate version");
      continue;
    }
    for (const std::string& fault : name_errors(NameRule::Dns1035Label, version)) {
      findings.invalid(path.at(i), version, fault);
    }
    known = known || version == "v1" || version == "v1beta1";
  }
  if (!known) {
    findings.invalid(path, shown_list(&hook, "admissionReviewVersions"),
                     "must include at least one of v1, v1beta1");
  }
}

// (utilvalidation.IsFullyQualifiedName)
void check_hook_name(const FieldPath& path, std::string_view name, Findings& findings) {
  if (name.empty()) return findings.required(path);
  if (const auto faults = name_errors(NameRule::DnsSubdomain, name); !faults.empty()) {
    return findings.invalid(path, name, joined(faults, ","));
  }
  if (std::count(name.begin(), name.end(), '.') < 2) {
    findings.invalid(path, name,
                     "should be a domain with at least three segments separated by dots");
  }
}

void check_choice(const FieldPath& path, const Json& hook, std::string_view name,
                  std::span<const std::string_view> choices, Findings& findings) {
  if (member(&hook, name) == nullptr) return;
  check_one_of(path.child(name), text(&hook, name), choices, findings);
}

void check_hook(const FieldPath& path, const Json& hook, Findings& findings) {
  check_hook_name(path.child("name"), text(&hook, "name"), findings);
  const FieldPath rules = path.child("rules");
  const auto all = items(&hook, "rules");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const FieldPath at = rules.at(i);
    check_hook_rule(at, all[i], findings);
  }
  check_choice(path, hook, "failurePolicy", kFailurePolicies, findings);
  check_choice(path, hook, "matchPolicy", kMatchPolicies, findings);
  if (member(&hook, "sideEffects") == nullptr) {
    findings.required(path.child("sideEffects"), "must specify one of None, NoneOnDryRun");
  }
  check_choice(path, hook, "sideEffects", kSideEffects, findings);
  if (const auto seconds = number(&hook, "timeoutSeconds");
      seconds && (*seconds < 1 || *seconds > 30)) {
    findings.invalid(path.child("timeoutSeconds"), *seconds,
                     "the timeout value must be between 1 and 30 seconds");
  }
  for (const std::string_view name : {"namespaceSelector", "objectSelector"}) {
    const FieldPath at = path.child(name);
    check_label_selector(at, member(&hook, name), findings);
  }
  check_choice(path, hook, "reinvocationPolicy", kReinvocationPolicies, findings);
  const FieldPath config = path.child("clientConfig");
  check_client_config(config, member(&hook, "clientConfig"), findings);
  // Not asked, a webhook would be called more often than its owner wants.
  if (!items(&hook, "matchConditions").empty()) {
    findings.forbidden(path.child("matchConditions"),
                       "kaudit has no CEL to evaluate them with; leave them out, or let the "
                       "webhook decide");
  }
}

}  // namespace

void check_webhook_configuration(const Json& configuration, Findings& findings) {
  const FieldPath webhooks("webhooks");
  const auto hooks = items(&configuration, "webhooks");
  NameSet names;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const FieldPath path = webhooks.at(i);
    check_hook(path, hooks[i], findings);
    const FieldPath versions = path.child("admissionReviewVersions");
    check_review_versions(versions, hooks[i], findings);
    const std::string_view name = text(&hooks[i], "name");
    if (!name.empty() && !names.insert(name).second) {
      findings.duplicate(path.child("name"), name);
    }
  }
}

}  // namespace kaudit::apiserver::objects::validate
