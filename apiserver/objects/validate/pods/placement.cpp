#include "apiserver/objects/validate/pods/placement.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kRequired = "requiredDuringSchedulingIgnoredDuringExecution";
constexpr std::string_view kPreferred = "preferredDuringSchedulingIgnoredDuringExecution";

void check_weight(const FieldPath& path, const Json& term, Findings& findings) {
  const std::int64_t weight = number_or_zero(&term, "weight");
  if (weight <= 0 || weight > 100) {
    findings.invalid(path.child("weight"), weight, "must be in the range 1-100");
  }
}

void check_node_requirement(const FieldPath& path, const Json& requirement, Findings& findings) {
  const std::string_view op = text(&requirement, "operator");
  const auto values = items(&requirement, "values");
  const FieldPath list = path.child("values");
  if (op == "In" || op == "NotIn") {
    if (values.empty()) {
      findings.required(list, "must be specified when `operator` is 'In' or 'NotIn'");
    }
  } else if (op == "Exists" || op == "DoesNotExist") {
    if (!values.empty()) {
      findings.forbidden(list,
                         "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  } else if (op == "Gt" || op == "Lt") {
    if (values.size() != 1) {
      findings.required(list, "must be specified single value when `operator` is 'Lt' or 'Gt'");
    }
  } else {
    findings.invalid(path.child("operator"), op, "not a valid selector operator");
  }
  check_qualified_name(path.child("key"), text(&requirement, "key"), findings);
  for (std::size_t i = 0; i < values.size(); ++i) {
    findings.invalid(list.at(i), text_of(values[i]), label_value_errors(text_of(values[i])));
  }
}

void check_node_term(const FieldPath& path, const Json& term, Findings& findings) {
  const FieldPath list = path.child("matchExpressions");
  std::size_t index = 0;
  for (const Json& requirement : items(&term, "matchExpressions")) {
    check_node_requirement(list.at(index++), requirement, findings);
  }
}

void check_node_affinity(const FieldPath& path, const Json& affinity, Findings& findings) {
  if (const Json* required = member(&affinity, kRequired)) {
    const FieldPath at = path.child(kRequired);
    const FieldPath list = at.child("nodeSelectorTerms");
    const auto terms = items(required, "nodeSelectorTerms");
    if (terms.empty()) findings.required(list, "must have at least one node selector term");
    for (std::size_t i = 0; i < terms.size(); ++i) check_node_term(list.at(i), terms[i], findings);
  }
  const FieldPath list = path.child(kPreferred);
  std::size_t index = 0;
  for (const Json& term : items(&affinity, kPreferred)) {
    const FieldPath at = list.at(index++);
    check_weight(at, term, findings);
    if (const Json* preference = member(&term, "preference")) {
      check_node_term(at.child("preference"), *preference, findings);
    }
  }
}

void check_pod_term(const FieldPath& path, const Json& term, Findings& findings) {
  check_label_selector(path.child("labelSelector"), member(&term, "labelSelector"), findings);
  check_label_selector(path.child("namespaceSelector"), member(&term, "namespaceSelector"),
                       findings);
  for (const Json& name : items(&term, "namespaces")) {
    check_dns_label(path.child("namespace"), text_of(name), findings);
  }
  const std::string_view key = text(&term, "topologyKey");
  if (key.empty()) findings.required(path.child("topologyKey"), "can not be empty");
  check_qualified_name(path.child("topologyKey"), key, findings);
}

void check_pod_affinity(const FieldPath& path, const Json& affinity, Findings& findings) {
  const FieldPath required = path.child(kRequired);
  std::size_t index = 0;
  for (const Json& term : items(&affinity, kRequired)) {
    check_pod_term(required.at(index++), term, findings);
  }
  const FieldPath preferred = path.child(kPreferred);
  index = 0;
  for (const Json& term : items(&affinity, kPreferred)) {
    const FieldPath at = preferred.at(index++);
    check_weight(at, term, findings);
    if (const Json* inner = member(&term, "podAffinityTerm")) {
      check_pod_term(at.child("podAffinityTerm"), *inner, findings);
    }
  }
}

}  // namespace

void check_affinity(const FieldPath& path, const Json* affinity, Findings& findings) {
  if (const Json* of_nodes = member(affinity, "nodeAffinity")) {
    check_node_affinity(path.child("nodeAffinity"), *of_nodes, findings);
  }
  for (const std::string_view name : {"podAffinity", "podAntiAffinity"}) {
    if (const Json* of_pods = member(affinity, name)) {
      check_pod_affinity(path.child(name), *of_pods, findings);
    }
  }
}

void check_spread(const FieldPath& path, const Json& spec, Findings& findings) {
  constexpr std::string_view kActions[] = {"DoNotSchedule", "ScheduleAnyway"};
  const auto constraints = items(&spec, "topologySpreadConstraints");
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const Json& constraint = constraints[i];
    const FieldPath at = path.at(i);
    const std::string_view key = text(&constraint, "topologyKey");
    const std::string_view action = text(&constraint, "whenUnsatisfiable");
    if (const std::int64_t skew = number_or_zero(&constraint, "maxSkew"); skew <= 0) {
      findings.invalid(at.child("maxSkew"), skew, "must be greater than zero");
    }
    if (key.empty()) findings.required(at.child("topologyKey"), "can not be empty");
    check_one_of(at.child("whenUnsatisfiable"), action, kActions, findings);
    for (const Json& other : constraints.subspan(i + 1)) {
      if (text(&other, "topologyKey") == key && text(&other, "whenUnsatisfiable") == action) {
        findings.duplicate(at.child("{topologyKey, whenUnsatisfiable}"),
                           "{" + std::string(key) + ", " + std::string(action) + "}");
        break;
      }
    }
    check_label_selector(at.child("labelSelector"), member(&constraint, "labelSelector"), findings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
