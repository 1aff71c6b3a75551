#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kaudit::apiserver::objects::validate {

/// What is wrong with one member, and the text a Status shows for it. (apimachinery
/// pkg/util/validation/field)
struct FieldError {
  std::string reason;   ///< FieldValueInvalid, FieldValueNotSupported, FieldValueForbidden …
  std::string field;    ///< `metadata.name`
  std::string message;  ///< `Invalid value: "x": …`

  static FieldError invalid(std::string field, std::string_view value, std::string_view detail);
  static FieldError not_supported(std::string field, std::string_view value_shown,
                                  std::span<const std::string_view> supported);
  static FieldError forbidden(std::string field, std::string_view detail);

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

}  // namespace kaudit::apiserver::objects::validate
