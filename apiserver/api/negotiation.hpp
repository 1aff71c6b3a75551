#pragma once

#include <tl/expected.hpp>

#include "apiserver/http/message.hpp"
#include "apiserver/objects/codec/codec.hpp"
#include "audit/status.hpp"

namespace kaudit::apiserver::api {

/// The format of an object in the body, by Content-Type (none: JSON). Error: 415.
tl::expected<objects::BodyFormat, audit::Status> body_format(const http::Headers& headers);

}  // namespace kaudit::apiserver::api
