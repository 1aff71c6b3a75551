#include "apiserver/objects/validate/words/members.hpp"

#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::validate {

const Json* member(const Json* object, std::string_view name) noexcept {
  const Json* found = object ? object->find(name) : nullptr;
  return found == nullptr || found->is_null() ? nullptr : found;
}

const Json* member(const Json* object, std::initializer_list<std::string_view> names) noexcept {
  for (const std::string_view name : names) object = member(object, name);
  return object;
}

std::string_view text(const Json* object, std::string_view name) noexcept {
  return object ? object->text(name) : std::string_view();
}

std::string_view text_of(const Json& value) noexcept {
  return value.string() ? std::string_view(*value.string()) : std::string_view();
}

std::optional<std::int64_t> number(const Json* object, std::string_view name) noexcept {
  const Json* found = member(object, name);
  if (found == nullptr || found->number() == nullptr) return std::nullopt;
  const auto parsed = parse_int64(found->number()->text);
  return parsed ? std::optional<std::int64_t>(*parsed) : std::nullopt;
}

std::int64_t number_or_zero(const Json* object, std::string_view name) noexcept {
  return number(object, name).value_or(0);
}

bool is_true(const Json* object, std::string_view name) noexcept {
  const Json* found = member(object, name);
  return found != nullptr && found->boolean() != nullptr && *found->boolean();
}

std::span<const Json> items(const Json* object, std::string_view name) noexcept {
  const Json* found = member(object, name);
  if (found == nullptr || found->array() == nullptr) return {};
  return *found->array();
}

std::span<const Json::Member> entries(const Json* object, std::string_view name) noexcept {
  const Json* found = member(object, name);
  if (found == nullptr || found->object() == nullptr) return {};
  return *found->object();
}

bool same(const Json* a, const Json* b) { return a == nullptr || b == nullptr ? a == b : *a == *b; }

}  // namespace kaudit::apiserver::objects::validate
