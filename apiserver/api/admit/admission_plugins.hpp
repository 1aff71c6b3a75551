#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::apiserver::api {

/// The admission plugins of kube-apiserver that do something here, in the order in which they are
/// asked. (kubernetes pkg/kubeapiserver/options AllOrderedPlugins)
enum class AdmissionPlugin : std::uint8_t {
  NamespaceLifecycle,
  LimitRanger,
  ServiceAccount,
  Priority,
  DefaultTolerationSeconds,
  MutatingAdmissionWebhook,
  ValidatingAdmissionWebhook,
  ResourceQuota,
};
inline constexpr std::size_t kAdmissionPlugins = 8;

/// Which plugins are on, from --enable-admission-plugins and --disable-admission-plugins.
class AdmissionPlugins {
 public:
  /// As kube-apiserver has them without flags: those of the enum are on. ServiceAccount fills in
  /// `default` alone, until it is named: then it is as strict as it is there.
  AdmissionPlugins() noexcept { on_.set(); }

  /// Errors: a name that no plugin has, with the nearest; one that is in both lists.
  static tl::expected<AdmissionPlugins, std::vector<Error>> make(
      const std::vector<std::string>& enabled, const std::vector<std::string>& disabled);

  bool is_on(AdmissionPlugin plugin) const noexcept {
    return on_.test(static_cast<std::size_t>(plugin));
  }
  /// True when it was named to be on.
  bool was_asked_for(AdmissionPlugin plugin) const noexcept {
    return asked_.test(static_cast<std::size_t>(plugin));
  }
  /// Plugins that were named to be on and do nothing here.
  const std::vector<std::string>& without_effect() const noexcept { return without_effect_; }

 private:
  std::bitset<kAdmissionPlugins> on_;
  std::bitset<kAdmissionPlugins> asked_;
  std::vector<std::string> without_effect_;
};

}  // namespace kaudit::apiserver::api
