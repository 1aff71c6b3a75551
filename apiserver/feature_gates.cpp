#include "apiserver/feature_gates.hpp"

#include "base/flags/flag_values.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver {
namespace {

constexpr std::string_view kConstrainedImpersonation = "ConstrainedImpersonation";
constexpr std::string_view kConnectAsCreate = "AuthorizePodWebsocketUpgradeCreatePermission";
constexpr std::string_view kComponent = "kube:";

Result<void> check_lock(std::string_view name, bool value) {
  const KnownGate gate = known_gate(name);
  if (gate == KnownGate::Unknown) return fail("unrecognized feature gate: " + std::string(name));
  const bool locked = gate == KnownGate::LockedOn || gate == KnownGate::LockedOff;
  const bool locked_to = gate == KnownGate::LockedOn;
  if (!locked || locked_to == value) return {};
  const auto text = [](bool on) { return on ? "true" : "false"; };
  return fail("cannot set feature gate " + std::string(name) + " to " + text(value) +
              ", feature is locked to " + text(locked_to));
}

}  // namespace

void FeatureGates::add_flags(FlagSet& flags) {
  flags.group("Generic");
  flags.add("feature-gates", &pairs_,
            "Pairs `NAME=BOOL` that switch features on or off. ConstrainedImpersonation (true) is "
            "whether impersonation is first tried in the modes that say what it is for; "
            "AuthorizePodWebsocketUpgradeCreatePermission (true) is whether exec, attach and "
            "port-forward need `create` even where they begin with a GET; the other gates of "
            "kube-apiserver are accepted and change nothing here.");
}

std::vector<Error> FeatureGates::validate() {
  std::vector<Error> errors;
  for (const std::string& pair : pairs_) {
    if (pair.empty()) continue;
    if (auto good = read(pair); !good) errors.push_back(good.error());
  }
  return errors;
}

Result<void> FeatureGates::read(std::string_view pair) {
  if (pair.starts_with(kComponent)) pair.remove_prefix(kComponent.size());
  const std::size_t equals = pair.find('=');
  const std::string_view name = trim_space(pair.substr(0, equals));
  if (equals == std::string_view::npos) {
    return fail("missing bool value for " + std::string(name));
  }
  const std::string_view text = trim_space(pair.substr(equals + 1));
  const auto value = parse_bool(text);
  if (!value) {
    return fail("invalid value of " + std::string(name) + "=" + std::string(text) +
                ", err: " + value.error().message);
  }
  if (auto good = check_lock(name, *value); !good) return good;
  if (name == kConstrainedImpersonation) {
    constrained_impersonation_ =
        *value ? authz::ConstrainedImpersonation::On : authz::ConstrainedImpersonation::Off;
  } else if (name == kConnectAsCreate) {
    connects_need_create_ = *value;
  } else {
    without_effect_.emplace_back(name);
  }
  return {};
}

}  // namespace kaudit::apiserver
