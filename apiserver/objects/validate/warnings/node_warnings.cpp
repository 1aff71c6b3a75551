#include <algorithm>
#include <array>

#include "apiserver/objects/validate/warnings/warning_list.hpp"
#include "apiserver/objects/validate/words/label_names.hpp"
#include "apiserver/objects/validate/words/members.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

struct OldLabel {
  std::string_view label;
  std::string_view warning;
};
constexpr auto kOldLabels = std::to_array<OldLabel>({
    {"beta.kubernetes.io/arch", R"(deprecated since v1.14; use "kubernetes.io/arch" instead)"},
    {"beta.kubernetes.io/os", R"(deprecated since v1.14; use "kubernetes.io/os" instead)"},
    {"failure-domain.beta.kubernetes.io/region",
     R"(deprecated since v1.17; use "topology.kubernetes.io/region" instead)"},
    {"failure-domain.beta.kubernetes.io/zone",
     R"(deprecated since v1.17; use "topology.kubernetes.io/zone" instead)"},
    {"beta.kubernetes.io/instance-type",
     R"(deprecated since v1.17; use "node.kubernetes.io/instance-type" instead)"},
    {"app.kubernetes.io/created-by", "deprecated since v1.9"},
    {"scheduler.alpha.kubernetes.io/preferAvoidPods",
     "deprecated since v1.22; use Taints and Tolerations instead"},
    {"node-role.kubernetes.io/master", R"(use "node-role.kubernetes.io/control-plane" instead)"},
});

}  // namespace

std::string_view node_label_warning(std::string_view label) noexcept {
  const auto* const found =
      std::find_if(kOldLabels.begin(), kOldLabels.end(),
                   [label](const OldLabel& old) { return old.label == label; });
  return found == kOldLabels.end() ? std::string_view() : found->warning;
}

void warn_of_node_term(const FieldPath& path, const Json& term, TermValues values,
                       WarningList& warnings) {
  const FieldPath list = path.child("matchExpressions");
  std::size_t index = 0;
  for (const Json& expression : items(&term, "matchExpressions")) {
    const FieldPath at = list.at(index++);
    const std::string_view key = text(&expression, "key");
    if (const auto warning = node_label_warning(key); !warning.empty()) {
      warnings.add(at.child("key"), std::string(key).append(" is ").append(warning));
    }
    if (values == TermValues::Ignored) continue;
    const FieldPath value_list = at.child("values");
    std::size_t place = 0;
    for (const Json& value : items(&expression, "values")) {
      const FieldPath value_path = value_list.at(place++);
      for (const std::string& error : label_value_errors(text_of(value))) {
        warnings.add(value_path, std::string(text_of(value)).append(" is invalid, ").append(error));
      }
    }
  }
}

}  // namespace kaudit::apiserver::objects::validate
