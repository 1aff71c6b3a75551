#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/client/response.hpp"

namespace kaudit::backends::webhook {

/// Why an answer is not a success, in the words of Kubernetes' client; nothing when it is one: a
/// status of 200 to 206 whose Content-Type, if there is one, can be read. Redirects are not
/// followed (audit-semantics 8.10). A Status as JSON says it itself. (k8s.io/client-go
/// rest.Request.transformResponse, apimachinery errors.NewGenericServerResponse)
std::optional<std::string> refusal(const client::Response& response);

/// How long the receiver asks to wait: whole seconds, on 429 and on 500 and above only.
std::optional<std::chrono::seconds> retry_after(const client::Response& response);

}  // namespace kaudit::backends::webhook
