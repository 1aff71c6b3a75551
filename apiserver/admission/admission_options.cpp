#include "apiserver/admission/admission_options.hpp"

#include <utility>

namespace kaudit::apiserver::admission {

void AdmissionOptions::add_flags(FlagSet& flags) {
  flags.group("Admission");
  flags.add("enable-admission-plugins", &enabled_,
            "Admission plugins to switch on, by kube-apiserver's names. On without it are "
            "NamespaceLifecycle, LimitRanger, Priority, DefaultTolerationSeconds, "
            "MutatingAdmissionWebhook, ValidatingAdmissionWebhook, ResourceQuota and of "
            "ServiceAccount that it names the account `default`; named here it also wants the "
            "account to be there and mounts its token. The others do nothing here.");
  flags.add("disable-admission-plugins", &disabled_,
            "Admission plugins to switch off, by the same names.");
  flags.add("default-not-ready-toleration-seconds", &tolerations_.not_ready,
            "How long Pods without a word of their own tolerate a Node that is not ready.");
  flags.add("default-unreachable-toleration-seconds", &tolerations_.unreachable,
            "How long Pods without a word of their own tolerate a Node that is unreachable.");
  flags.add("service-resolver", &resolved_,
            "Where webhooks that are named by a Service are reached: pairs "
            "`NAMESPACE/NAME[:PORT]=ADDRESS:PORT`, the address one of this machine's loopback "
            "interface. Without the first port it is any. The certificate is still to be one for "
            "NAME.NAMESPACE.svc.");
}

std::vector<Error> AdmissionOptions::validate() {
  std::vector<Error> errors;
  if (auto plugins = api::AdmissionPlugins::make(enabled_, disabled_)) {
    plugins_ = *std::move(plugins);
  } else {
    errors = plugins.error();
  }
  if (auto services = webhooks::ServiceResolver::parse(resolved_)) {
    services_ = *std::move(services);
  } else {
    errors.insert(errors.end(), services.error().begin(), services.error().end());
  }
  if (tolerations_.not_ready < 0 || tolerations_.unreachable < 0) {
    errors.push_back(
        {"--default-not-ready-toleration-seconds and "
         "--default-unreachable-toleration-seconds must not be negative"});
  }
  return errors;
}

}  // namespace kaudit::apiserver::admission
