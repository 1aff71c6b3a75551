#pragma once

#include <string>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::openapi {

/// An OpenAPI 3.0 document as gnostic's message openapi.v3.Document. What definitions say of their
/// schemas and the messages have no field for is left out. (gnostic openapiv3/OpenAPIv3.proto)
std::string protobuf_of_v3(const objects::Json& document);

}  // namespace kaudit::apiserver::objects::openapi
