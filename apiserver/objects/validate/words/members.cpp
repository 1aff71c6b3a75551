#include "apiserver/objects/validate/words/members.hpp"

#include "base/text/integer.hpp"

namespace kaudit::apiserver::objects::validate {

const Json* member(const Json* object, std::initializer_list<MemberName> names) noexcept {
  for (const MemberName& name : names) object = member(object, name);
  return object;
}

std::string_view text_of(const Json& value) noexcept {
  return value.string() ? std::string_view(*value.string()) : std::string_view();
}

std::optional<std::int64_t> number_of(const Json* value) noexcept {
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  const auto parsed = parse_int64(value->number()->text);
  return parsed ? std::optional<std::int64_t>(*parsed) : std::nullopt;
}

bool same(const Json* a, const Json* b) { return a == nullptr || b == nullptr ? a == b : *a == *b; }

}  // namespace kaudit::apiserver::objects::validate
