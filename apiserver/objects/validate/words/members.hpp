#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::validate {

// Reading objects that may lack anything: what is not there, or is of another type, is null, empty
// or nothing. A null object has no members.

/// Names that have been met. They are the object's.
using NameSet = std::set<std::string_view, std::less<>, Recycled<std::string_view>>;

const Json* member(const Json* object, std::string_view name) noexcept;
/// By way of several members: `member(pod, {"spec", "os"})`.
const Json* member(const Json* object, std::initializer_list<std::string_view> names) noexcept;
std::string_view text(const Json* object, std::string_view name) noexcept;
std::string_view text_of(const Json& value) noexcept;
std::optional<std::int64_t> number(const Json* object, std::string_view name) noexcept;
/// A number that is 0 when it is not there.
std::int64_t number_or_zero(const Json* object, std::string_view name) noexcept;
bool is_true(const Json* object, std::string_view name) noexcept;
std::span<const Json> items(const Json* object, std::string_view name) noexcept;
std::span<const Json::Member> entries(const Json* object, std::string_view name) noexcept;
/// Both absent, or equal.
bool same(const Json* a, const Json* b);

}  // namespace kaudit::apiserver::objects::validate
