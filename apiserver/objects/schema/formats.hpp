#pragma once

#include <string_view>

namespace kaudit::apiserver::objects::schema {

/// Whether a text is of that format; true for a format of no text. (kube-openapi
/// pkg/validation/strfmt)
bool has_format(std::string_view text, std::string_view format);

}  // namespace kaudit::apiserver::objects::schema
