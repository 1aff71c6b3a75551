#include "apiserver/objects/validate/words/findings.hpp"

#include <iterator>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {

Shown::Shown(std::string_view text) : text_(go_quoted(text)) {}
Shown::Shown(const std::string& text) : text_(go_quoted(text)) {}
Shown::Shown(const char* text) : text_(go_quoted(text)) {}
Shown::Shown(const TreeText& text) : text_(go_quoted(text)) {}
Shown::Shown(std::int64_t number) : text_(std::to_string(number)) {}
Shown::Shown(const Json& value) : text_(value.dump()) {}
Shown::Shown(const Json* value) : text_(value ? value->dump() : "null") {}

Shown Shown::verbatim(std::string text) {
  Shown shown;
  shown.text_ = std::move(text);
  return shown;
}

FieldError Findings::made(std::string_view reason, const FieldPath& path, std::string_view what,
                          std::string_view value, std::string_view detail) {
  std::string message(what);
  if (!value.empty()) message.append(": ").append(value);
  if (!detail.empty()) message.append(": ").append(detail);
  std::string field = path.text();
  // As the library has it for a path that names nothing.
  if (field.empty()) field = "<nil>";
  return {std::string(reason), std::move(field), std::move(message)};
}

void Findings::declared_required(const FieldPath& path) {
  declared_.push_back(made("FieldValueRequired", path, "Required value", "", ""));
}

void Findings::declared_invalid(const FieldPath& path, const Shown& value,
                                std::string_view detail) {
  declared_.push_back(made("FieldValueInvalid", path, "Invalid value", value.text(), detail));
}

std::vector<FieldError> Findings::take() && {
  errors_.insert(errors_.end(), std::make_move_iterator(declared_.begin()),
                 std::make_move_iterator(declared_.end()));
  return std::move(errors_);
}

void Findings::required(const FieldPath& path, std::string_view detail) {
  add("FieldValueRequired", path, "Required value", "", detail);
}

void Findings::invalid(const FieldPath& path, const Shown& value, std::string_view detail) {
  add("FieldValueInvalid", path, "Invalid value", value.text(), detail);
}

void Findings::invalid(const FieldPath& path, std::string_view value,
                       const std::vector<std::string>& faults) {
  for (const std::string& fault : faults) invalid(path, Shown(value), fault);
}

void Findings::not_supported(const FieldPath& path, const Shown& value,
                             std::span<const std::string_view> supported) {
  errors_.push_back(FieldError::not_supported(path.text(), value.text(), supported));
}

void Findings::forbidden(const FieldPath& path, std::string_view detail) {
  add("FieldValueForbidden", path, "Forbidden", "", detail);
}

void Findings::duplicate(const FieldPath& path, const Shown& value) {
  add("FieldValueDuplicate", path, "Duplicate value", value.text(), "");
}

void Findings::not_found(const FieldPath& path, const Shown& value) {
  add("FieldValueNotFound", path, "Not found", value.text(), "");
}

void Findings::too_long(const FieldPath& path, std::size_t max_bytes) {
  add("FieldValueTooLong", path, "Too long", "",
      "may not be more than " + std::to_string(max_bytes) + " bytes");
}

void Findings::too_many(const FieldPath& path, std::size_t actual, std::size_t max) {
  add("FieldValueTooMany", path, "Too many", std::to_string(actual),
      "must have at most " + std::to_string(max) + " items");
}

}  // namespace kaudit::apiserver::objects::validate
