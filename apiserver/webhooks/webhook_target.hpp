#pragma once

#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::webhooks {

/// Where a webhook is: a URL, or a Service. (admissionregistration/v1 WebhookClientConfig, and
/// apiextensions/v1's)
struct WebhookTarget {
  std::string url;  ///< "" = the Service
  std::string service_namespace;
  std::string service_name;
  std::string service_path;
  int service_port = 443;
  std::string ca_bundle;  ///< PEM; "" = what the system trusts

  /// From a `clientConfig` in canonical form.
  static WebhookTarget read(const objects::Json& client_config);

  friend bool operator==(const WebhookTarget&, const WebhookTarget&) = default;
};

}  // namespace kaudit::apiserver::webhooks
