#include "apiserver/api/admit/admission_plugins.hpp"

#include <algorithm>
#include <array>

#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::apiserver::api {
namespace {

struct PluginRow {
  std::string_view name;
  std::optional<AdmissionPlugin> plugin;  ///< none: it does nothing here
};

constexpr auto kPluginRows = std::to_array<PluginRow>({
    {"AlwaysAdmit", std::nullopt},
    {"AlwaysDeny", std::nullopt},
    {"AlwaysPullImages", std::nullopt},
    {"CertificateApproval", std::nullopt},
    {"CertificateSigning", std::nullopt},
    {"CertificateSubjectRestriction", std::nullopt},
    {"ClusterTrustBundleAttest", std::nullopt},
    {"DefaultIngressClass", std::nullopt},
    {"DefaultStorageClass", std::nullopt},
    {"DefaultTolerationSeconds", AdmissionPlugin::DefaultTolerationSeconds},
    {"DenyServiceExternalIPs", std::nullopt},
    {"EventRateLimit", std::nullopt},
    {"ExtendedResourceToleration", std::nullopt},
    {"ImagePolicyWebhook", std::nullopt},
    {"LimitPodHardAntiAffinityTopology", std::nullopt},
    {"LimitRanger", AdmissionPlugin::LimitRanger},
    {"MutatingAdmissionPolicy", std::nullopt},
    {"MutatingAdmissionWebhook", AdmissionPlugin::MutatingAdmissionWebhook},
    {"NamespaceAutoProvision", std::nullopt},
    {"NamespaceExists", std::nullopt},
    {"NamespaceLifecycle", AdmissionPlugin::NamespaceLifecycle},
    {"NodeDeclaredFeatureValidator", std::nullopt},
    {"NodeRestriction", std::nullopt},
    {"OwnerReferencesPermissionEnforcement", std::nullopt},
    {"PersistentVolumeClaimResize", std::nullopt},
    {"PodGroupProtection", std::nullopt},
    {"PodNodeSelector", std::nullopt},
    {"PodResizeValidator", std::nullopt},
    {"PodSecurity", std::nullopt},
    {"PodTolerationRestriction", std::nullopt},
    {"PodTopologyLabels", std::nullopt},
    {"Priority", AdmissionPlugin::Priority},
    {"ResourceQuota", AdmissionPlugin::ResourceQuota},
    {"RuntimeClass", std::nullopt},
    {"ServiceAccount", AdmissionPlugin::ServiceAccount},
    {"StorageObjectInUseProtection", std::nullopt},
    {"TaintNodesByCondition", std::nullopt},
    {"ValidatingAdmissionPolicy", std::nullopt},
    {"ValidatingAdmissionWebhook", AdmissionPlugin::ValidatingAdmissionWebhook},
});

const PluginRow* row_of(std::string_view name) {
  const auto* const found = std::find_if(kPluginRows.begin(), kPluginRows.end(),
                                         [name](const PluginRow& row) { return row.name == name; });
  return found == kPluginRows.end() ? nullptr : found;
}

Error unknown_plugin(std::string_view flag, std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(kPluginRows.size());
  for (const PluginRow& row : kPluginRows) names.push_back(row.name);
  std::string text = std::string(flag) + " plugin " + go_quoted(name) + " is unknown";
  if (const std::string_view best = nearest(name, names); !best.empty()) {
    text += " (did you mean " + std::string(best) + "?)";
  }
  return {std::move(text)};
}

}  // namespace

tl::expected<AdmissionPlugins, std::vector<Error>> AdmissionPlugins::make(
    const std::vector<std::string>& enabled, const std::vector<std::string>& disabled) {
  AdmissionPlugins plugins;
  std::vector<Error> errors;
  for (const std::string& name : enabled) {
    const PluginRow* row = row_of(name);
    if (row == nullptr) {
      errors.push_back(unknown_plugin("enable-admission-plugins", name));
    } else if (row->plugin) {
      plugins.asked_.set(static_cast<std::size_t>(*row->plugin));
    } else {
      plugins.without_effect_.push_back(name);
    }
  }
  std::vector<std::string> both;
  for (const std::string& name : disabled) {
    const PluginRow* row = row_of(name);
    if (row == nullptr) {
      errors.push_back(unknown_plugin("disable-admission-plugins", name));
    } else if (row->plugin) {
      plugins.on_.reset(static_cast<std::size_t>(*row->plugin));
    }
    if (std::find(enabled.begin(), enabled.end(), name) != enabled.end()) both.push_back(name);
  }
  if (!both.empty()) {
    std::sort(both.begin(), both.end());
    both.erase(std::unique(both.begin(), both.end()), both.end());
    std::string list;
    for (const std::string& name : both) list += (list.empty() ? "" : " ") + name;
    errors.push_back(
        {"[" + list + "] in enable-admission-plugins and disable-admission-plugins overlapped"});
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return plugins;
}

}  // namespace kaudit::apiserver::api
