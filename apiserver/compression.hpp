#pragma once

#include "apiserver/http/message.hpp"

namespace kaudit::apiserver {

/// Compresses an answer by gzip when the client takes that and the body has at least 128 KiB.
/// (apiserver pkg/endpoints/handlers/responsewriters negotiateContentEncoding)
void compress_if_large(const http::Request& request, http::Response& response);

}  // namespace kaudit::apiserver
