#include "apiserver/objects/validate/pods/security.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::int64_t kMostId = std::numeric_limits<std::int32_t>::max();

void check_id(const FieldPath& path, std::int64_t id, Findings& findings) {
  if (id < 0 || id > kMostId) findings.invalid(path, id, range_error(0, kMostId));
}

void check_id(const FieldPath& parent, const Json* context, const MemberName& name,
              Findings& findings) {
  if (const auto id = number(context, name)) check_id(parent.child(name.text()), *id, findings);
}

void check_profile(const FieldPath& path, const Json* profile, Findings& findings) {
  constexpr std::string_view kTypes[] = {"Localhost", "RuntimeDefault", "Unconfined"};
  if (profile == nullptr) return;
  const std::string_view type = text(profile, "type");
  if (type.empty()) {
    findings.required(path.child("type"), "type is required when seccompProfile is set");
  } else {
    check_one_of(path.child("type"), type, kTypes, findings);
  }
  const bool is_local = type == "Localhost";
  const Json* file = member(profile, "localhostProfile");
  if (is_local && file == nullptr) {
    findings.required(path.child("localhostProfile"), "must be set when seccomp type is Localhost");
  } else if (!is_local && file != nullptr) {
    findings.invalid(path.child("localhostProfile"), file,
                     "can only be set when seccomp type is Localhost");
  }
}

}  // namespace

void check_security_context(const FieldPath& path, const Json* context, Findings& findings) {
  if (context == nullptr) return;
  check_id(path, context, "runAsUser", findings);
  check_id(path, context, "runAsGroup", findings);
  check_profile(path.child("seccompProfile"), member(context, "seccompProfile"), findings);
  const Json* escalation = member(context, "allowPrivilegeEscalation");
  if (escalation == nullptr || escalation->boolean() == nullptr || *escalation->boolean()) return;
  if (is_true(context, "privileged")) {
    findings.invalid(path, context,
                     "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  }
  for (const Json& capability : items(member(context, "capabilities"), "add")) {
    if (text_of(capability) == "CAP_SYS_ADMIN") {
      findings.invalid(path, context,
                       "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
                       "CAP_SYS_ADMIN");
    }
  }
}

void check_pod_security_context(const FieldPath& path, const Json* context, Findings& findings) {
  constexpr std::string_view kChangePolicies[] = {"Always", "OnRootMismatch"};
  check_id(path, context, "fsGroup", findings);
  check_id(path, context, "runAsUser", findings);
  check_id(path, context, "runAsGroup", findings);
  const FieldPath groups = path.child("supplementalGroups");
  std::size_t index = 0;
  for (const Json& group : items(context, "supplementalGroups")) {
    const FieldPath at = groups.at(index++);
    if (group.number() != nullptr) {
      check_id(at, parse_int64(group.number()->text).value_or(0), findings);
    }
  }
  if (member(context, "fsGroupChangePolicy") != nullptr) {
    check_one_of(path.child("fsGroupChangePolicy"), text(context, "fsGroupChangePolicy"),
                 kChangePolicies, findings);
  }
  check_profile(path.child("seccompProfile"), member(context, "seccompProfile"), findings);
}

}  // namespace kaudit::apiserver::objects::validate
