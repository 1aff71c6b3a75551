#include "apiserver/objects/validate/words/label_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/ascii.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::size_t kMaxAnnotationBytes = std::size_t{256} << 10U;

void check_requirement(const FieldPath& path, const Json& requirement, Findings& findings) {
  const std::string_view op = text(&requirement, "operator");
  const auto values = items(&requirement, "values");
  if (op == "In" || op == "NotIn") {
    if (values.empty()) {
      findings.required(path.child("values"),
                        "must be specified when `operator` is 'In' or 'NotIn'");
    }
  } else if (op == "Exists" || op == "DoesNotExist") {
    if (!values.empty()) {
      findings.forbidden(path.child("values"),
                         "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  } else {
    findings.invalid(path.child("operator"), op, "not a valid selector operator");
  }
  check_qualified_name(path.child("key"), text(&requirement, "key"), findings);
  const FieldPath values_path = path.child("values");
  for (std::size_t i = 0; i < values.size(); ++i) {
    findings.invalid(values_path.at(i), text_of(values[i]), label_value_errors(text_of(values[i])));
  }
}

std::optional<std::string_view> label(const Json* labels, std::string_view key) {
  const Json* value = member(labels, key);
  if (value == nullptr || value->string() == nullptr) return std::nullopt;
  return std::string_view(*value->string());
}

bool is_listed(const Json& requirement, std::string_view value) {
  const auto values = items(&requirement, "values");
  return std::any_of(values.begin(), values.end(),
                     [value](const Json& each) { return text_of(each) == value; });
}

SelectorMatch match(const Json& requirement, const Json* labels) {
  const auto matches = [](bool it_does) {
    return it_does ? SelectorMatch::Matches : SelectorMatch::DoesNotMatch;
  };
  const std::string_view op = text(&requirement, "operator");
  const auto value = label(labels, text(&requirement, "key"));
  if (!qualified_name_errors(text(&requirement, "key")).empty()) return SelectorMatch::Unreadable;
  const bool lists = op == "In" || op == "NotIn";
  const auto values = items(&requirement, "values");
  if (values.empty() == lists) return SelectorMatch::Unreadable;
  for (const Json& each : values) {
    if (!label_value_errors(text_of(each)).empty()) return SelectorMatch::Unreadable;
  }
  if (op == "In") return matches(value && is_listed(requirement, *value));
  if (op == "NotIn") return matches(!value || !is_listed(requirement, *value));
  if (op == "Exists") return matches(value.has_value());
  if (op == "DoesNotExist") return matches(!value);
  return SelectorMatch::Unreadable;
}

}  // namespace

void check_labels(const FieldPath& path, const Json* object, std::string_view name,
                  Findings& findings) {
  for (const Json::Member& each : entries(object, name)) {
    check_qualified_name(path, each.name, findings);
    findings.invalid(path, text_of(each.value), label_value_errors(text_of(each.value)));
  }
}

void check_annotations(const FieldPath& path, const Json* object, std::string_view name,
                       Findings& findings) {
  std::size_t size = 0;
  for (const Json::Member& each : entries(object, name)) {
    size += each.name.size() + text_of(each.value).size();
    findings.invalid(path, each.name, qualified_name_errors(lower_case(each.name)));
  }
  if (size > kMaxAnnotationBytes) findings.too_long(path, kMaxAnnotationBytes);
}

void check_label_selector(const FieldPath& path, const Json* selector, Findings& findings) {
  check_labels(path.child("matchLabels"), selector, "matchLabels", findings);
  const auto expressions = items(selector, "matchExpressions");
  const FieldPath list = path.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    check_requirement(list.at(i), expressions[i], findings);
  }
}

SelectorMatch match_labels(const Json* selector, const Json* labels) {
  SelectorMatch all = SelectorMatch::Matches;
  for (const Json::Member& each : entries(selector, "matchLabels")) {
    if (!qualified_name_errors(each.name).empty() ||
        !label_value_errors(text_of(each.value)).empty()) {
      return SelectorMatch::Unreadable;
    }
    if (label(labels, each.name) != text_of(each.value)) all = SelectorMatch::DoesNotMatch;
  }
  for (const Json& each : items(selector, "matchExpressions")) {
    const SelectorMatch one = match(each, labels);
    if (one == SelectorMatch::Unreadable) return one;
    if (one == SelectorMatch::DoesNotMatch) all = one;
  }
  return all;
}

bool has_requirements(const Json* selector) noexcept {
  return !entries(selector, "matchLabels").empty() || !items(selector, "matchExpressions").empty();
}

}  // namespace kaudit::apiserver::objects::validate
