#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::request {

/// The addresses a request came through (audit-semantics 5): X-Forwarded-For, X-Real-Ip, then the
/// connection's own.
std::vector<std::string> source_ips(const http::Headers& headers, std::string_view remote_address);

}  // namespace kaudit::apiserver::request
