#include "apiserver/api/negotiation.hpp"

#include "apiserver/api/status_errors.hpp"
#include "apiserver/serialization.hpp"
#include "base/text/ascii.hpp"
#include "base/text/trim.hpp"

namespace kaudit::apiserver::api {
namespace {

// `application/json; charset=utf-8` -> `application/json`
std::string_view type_without_parameters(std::string_view value) {
  return trim_blanks(value.substr(0, value.find(';')));
}

}  // namespace

tl::expected<objects::BodyFormat, audit::Status> body_format(const http::Headers& headers) {
  const std::string_view type = type_without_parameters(headers.first("Content-Type").value_or(""));
  if (type.empty()) return objects::BodyFormat::Json;
  if (equals_ignoring_case(type, media_type(ObjectFormat::Json))) {
    return objects::BodyFormat::Json;
  }
  if (equals_ignoring_case(type, media_type(ObjectFormat::Yaml))) {
    return objects::BodyFormat::Yaml;
  }
  if (equals_ignoring_case(type, media_type(ObjectFormat::Protobuf))) {
    return objects::BodyFormat::Protobuf;
  }
  return tl::unexpected(unsupported_body(kObjectMediaTypes));
}

}  // namespace kaudit::apiserver::api
