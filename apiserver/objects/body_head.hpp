#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apiserver/objects/codec/codec.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::objects {

/// What a body says of its own type.
struct BodyHead {
  std::string api_version;
  std::string kind;

  std::string_view version() const {
    return std::string_view(api_version).substr(api_version.find('/') + 1);  // npos + 1 is 0
  }
};

/// The first look at JSON: kind and apiVersion, in whatever case, the last of each; "" where there
/// is none. `json` is valid and compact. Error: Go's text. (encoding/json,
/// apimachinery pkg/runtime/serializer/json SimpleMetaFactory)
Result<BodyHead> read_head(std::string_view json);

/// Fills in what the body does not say.
void complete_head(BodyHead& head, std::optional<TypeMeta> fallback);

/// `no kind "Nope" is registered for version "v1" …`
std::string not_registered(const BodyHead& head);

}  // namespace kaudit::apiserver::objects
