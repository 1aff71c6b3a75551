#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apiserver/api/admit/admission_plugins.hpp"
#include "apiserver/api/call.hpp"
#include "apiserver/webhooks/service_resolver.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::admission {

/// The flags of "Admission", as kube-apiserver has them, and --service-resolver.
class AdmissionOptions {
 public:
  void add_flags(FlagSet& flags);
  /// Reads what the flags were given; all that is wrong with it.
  std::vector<Error> validate();

  const api::AdmissionPlugins& plugins() const noexcept { return plugins_; }
  const webhooks::ServiceResolver& services() const noexcept { return services_; }
  api::TolerationSeconds tolerations() const noexcept { return tolerations_; }

 private:
  std::vector<std::string> enabled_;
  std::vector<std::string> disabled_;
  std::vector<std::string> resolved_;
  api::TolerationSeconds tolerations_;
  api::AdmissionPlugins plugins_;
  webhooks::ServiceResolver services_;
};

}  // namespace kaudit::apiserver::admission
