#include "apiserver/webhooks/webhook_target.hpp"

#include "base/text/base64.hpp"
#include "base/text/integer.hpp"

namespace kaudit::apiserver::webhooks {

WebhookTarget WebhookTarget::read(const objects::Json& client_config) {
  WebhookTarget target;
  target.ca_bundle = base64_decode(client_config.text("caBundle")).value_or("");
  const objects::Json* const service = client_config.find("service");
  if (service == nullptr || service->object() == nullptr) {
    target.url = client_config.text("url");
    return target;
  }
  target.service_namespace = service->text("namespace");
  target.service_name = service->text("name");
  target.service_path = service->text("path");
  if (const objects::Json* port = service->find("port"); port != nullptr && port->number()) {
    target.service_port =
        static_cast<int>(parse_int64(port->number()->text).value_or(target.service_port));
  }
  return target;
}

}  // namespace kaudit::apiserver::webhooks
