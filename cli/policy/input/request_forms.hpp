#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::cli {

/// A request as it goes over the wire.
struct WireRequest {
  std::string method;
  std::string target;  ///< path and query
};

/// How requests are written, for errors.
inline constexpr std::string_view kRequestForm =
    "a request is written METHOD PATH [--as USER] [--group GROUP]… [--unauthenticated], VERB "
    "RESOURCE [NAME] [-n NAMESPACE | -A], as a curl or as a kubectl line";

/// `GET /api/v1/pods`, `get /healthz`, `https://host:6443/api/v1/pods`. Without a method: GET.
/// Error: what is wrong, with the nearest right form.
Result<WireRequest> read_http_form(const std::vector<std::string>& words);

/// What curl would send; `words` without its name. Headers are not looked at.
Result<WireRequest> read_curl_form(const std::vector<std::string>& words);

/// `list pods -n x`, `get deployments.apps web`, `create pods/exec web`: a verb of Kubernetes, then
/// the resource (or its kind, singular or short name), then the object's name. A namespaced
/// resource is meant in the namespace default, as with kubectl, unless -n or -A says otherwise.
Result<WireRequest> read_verb_form(const std::vector<std::string>& words);
bool is_kubernetes_verb(std::string_view word) noexcept;

/// The request that decides of what kubectl does; `words` without its name. Error: it makes none or
/// several, or what it asks for is in a file.
Result<WireRequest> read_kubectl_form(const std::vector<std::string>& words);

}  // namespace kaudit::cli
