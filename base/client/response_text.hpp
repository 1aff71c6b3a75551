#pragma once

#include <string>
#include <string_view>

#include "base/client/response.hpp"

namespace kaudit::client {

// What Kubernetes' client says of an answer that is not what it asked for.

/// True for a status of 200 to 206. Redirects are not followed.
bool is_success(const Response& response) noexcept;
/// In the words of Kubernetes' client where the body does not say it itself. (apimachinery
/// errors.NewGenericServerResponse)
std::string generic_text(const Response& response);

/// `application/json` of `application/json; charset=utf-8`.
std::string_view media_type(std::string_view content_type);
/// True for what Go's mime.ParseMediaType takes, as far as its type goes and its parameters are
/// `name=value`.
bool is_media_type(std::string_view text);

}  // namespace kaudit::client
