#pragma once

#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// A Swagger 2.0 document as gnostic's message openapi.v2.Document, the form in which kubectl asks
/// for it. Members that the messages do not have must begin with `x-`. (gnostic
/// openapiv2/OpenAPIv2.proto)
std::string protobuf_of_v2(const objects::Json& document);

}  // namespace kaudit::apiserver::objects::openapi
