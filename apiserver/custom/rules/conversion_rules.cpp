#include "apiserver/custom/rules/conversion_rules.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "apiserver/custom/rules/props.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/base64.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::custom {
namespace {

using objects::Json;

// (apiserver pkg/util/webhook ValidateWebhookURL)
void check_url(std::string_view url, const Place& place, ErrorList& errors) {
  constexpr std::string_view kSlashes = "://";
  const std::size_t colon = url.find(':');
  const std::string_view scheme = colon == std::string_view::npos ? "" : url.substr(0, colon);
  if (scheme != "https") {
    errors.invalid(place, Json(scheme),
                   "'https' is the only allowed URL scheme; desired format: https://host[/path]");
  }
  const std::size_t slashes = url.find(kSlashes);
  const std::string_view rest =
      slashes == std::string_view::npos ? "" : url.substr(slashes + kSlashes.size());
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (host.empty()) {
    errors.invalid(place, Json(host),
                   "host must be specified; desired format: https://host[/path]");
  }
  if (host.find('@') != std::string_view::npos) {
    errors.invalid(place, Json(host.substr(0, host.find('@'))),
                   "user information is not permitted in the URL");
  }
  if (const std::size_t at = url.find('#'); at != std::string_view::npos) {
    errors.invalid(place, Json(url.substr(at + 1)), "fragments are not permitted in the URL");
  }
  if (const std::size_t at = url.find('?'); at != std::string_view::npos) {
    errors.invalid(place, Json(url.substr(at + 1)),
                   "query parameters are not permitted in the URL");
  }
}

void check_service_path(std::string_view path, const Place& place, ErrorList& errors) {
  if (path.empty() || path == "/") return;
  if (path == "//") {
    errors.invalid(place, Json(path), "segment[0] may not be empty");
    return;
  }
  if (!path.starts_with('/')) errors.invalid(place, Json(path), "must start with a '/'");
  std::string_view steps = path.substr(1);
  if (steps.ends_with('/')) steps.remove_suffix(1);
  std::size_t i = 0;
  for (const std::string_view step : split(steps, '/')) {
    const std::string segment = "segment[" + std::to_string(i++) + "]";
    if (step.empty()) {
      errors.invalid(place, Json(path), segment + " may not be empty");
      continue;
    }
    for (const std::string& fault :
         objects::validate::name_errors(objects::NameRule::DnsSubdomain, step)) {
      errors.invalid(place, Json(path), segment + ": " + fault);
    }
  }
}

void check_service(const Json& service, const Place& place, ErrorList& errors) {
  for (const std::string_view name : {"name", "namespace"}) {
    if (text_of(service, name).empty()) errors.required(place.child(name));
  }
  const Json* const port = service.find("port");
  if (port != nullptr && port->number()) {
    const std::int64_t number = parse_int64(port->number()->text).value_or(0);
    if (number < 1 || number > 65535) {
      errors.invalid(place.child("port"), *port,
                     "port is not valid: must be between 1 and 65535, inclusive");
    }
  }
  check_service_path(text_of(service, "path"), place.child("path"), errors);
}

void check_client(const Json& client, const Place& place, bool established, ErrorList& errors) {
  const Json* const url = client.find("url");
  const Json* const service = client.find("service");
  if ((url == nullptr) == (service == nullptr)) {
    errors.required(place, "exactly one of url or service is required");
  } else if (url != nullptr) {
    check_url(text_of(client, "url"), place.child("url"), errors);
  } else {
    check_service(*service, place.child("service"), errors);
  }
  const std::string_view bundle = text_of(client, "caBundle");
  if (bundle.empty() || !established) return;
  const auto pem = base64_decode(bundle);
  if (!pem || pem->find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    errors.invalid(place.child("caBundle"), Json(bundle),
                   "unable to load root certificates: unable to parse bytes as PEM block");
  }
}

void check_review_versions(const Json& webhook, const Place& place, ErrorList& errors) {
  const auto versions = list_of(webhook, "conversionReviewVersions");
  if (versions.empty()) {
    errors.required(place);
    return;
  }
  std::set<std::string> seen;
  bool accepted = false;
  std::size_t i = 0;
  for (const Json& version : versions) {
    const Place own = place.index(i++);
    const std::string name = version.string() ? *version.string() : "";
    if (!seen.insert(name).second) {
      errors.invalid(own, version, "duplicate version");
      continue;
    }
    for (const std::string& fault :
         objects::validate::name_errors(objects::NameRule::Dns1035Label, name)) {
      errors.invalid(own, version, fault);
    }
    accepted = accepted || name == "v1" || name == "v1beta1";
  }
  if (!accepted) {
    errors.invalid(place, *webhook.find("conversionReviewVersions"),
                   "must include at least one of v1, v1beta1");
  }
}

}  // namespace

void check_conversion(const Json& spec, bool established, ErrorList& errors) {
  const Json* const conversion = spec.find("conversion");
  if (conversion == nullptr) return;
  const Place place("spec.conversion");
  const std::string_view strategy = text_of(*conversion, "strategy");
  if (strategy.empty()) {
    errors.required(place.child("strategy"));
  } else if (strategy != "None" && strategy != "Webhook") {
    errors.unsupported(place.child("strategy"), strategy, {"None", "Webhook"});
  }
  const Json* const webhook = conversion->find("webhook");
  const Json* const client = webhook != nullptr ? webhook->find("clientConfig") : nullptr;
  const Place client_place = place.child("webhookClientConfig");
  const Place versions_place = place.child("conversionReviewVersions");
  static const Json kEmpty{Json::Object()};
  if (strategy == "Webhook") {
    if (client == nullptr) {
      errors.required(client_place, "required when strategy is set to Webhook");
    } else {
      check_client(*client, client_place, established, errors);
    }
    check_review_versions(webhook != nullptr ? *webhook : kEmpty, versions_place, errors);
    return;
  }
  if (client != nullptr) {
    errors.forbidden(client_place, "should not be set when strategy is not set to Webhook");
  }
  if (webhook != nullptr && !list_of(*webhook, "conversionReviewVersions").empty()) {
    errors.forbidden(versions_place, "should not be set when strategy is not set to Webhook");
  }
}

}  // namespace kaudit::apiserver::custom
