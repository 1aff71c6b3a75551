#pragma once

#include <cstdint>

#include "apiserver/api/call.hpp"
#include "apiserver/http/message.hpp"

namespace kaudit::apiserver::api {

/// What a PATCH's body is.
enum class PatchType : std::uint8_t { Json, Merge, Strategic, Apply };

/// By Content-Type. Error: the router's 415, also for no type at all and for apply in CBOR.
Expected<PatchType> patch_type(const http::Headers& headers);

}  // namespace kaudit::apiserver::api
