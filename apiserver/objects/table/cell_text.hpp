#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/text/timestamp.hpp"

namespace kaudit::apiserver::objects::table {

using objects::Json;

// What cells are made of. A value that is not there is a null pointer.

/// The value at a path: `.status.podIPs[0].ip`, `.status.addresses[type=InternalIP].address` (the
/// first whose member is that text). null when there is none.
const Json* at(const Json& object, std::string_view path);
/// The text there; "" when there is none.
std::string text_at(const Json& object, std::string_view path);
/// The texts of a list, or of one member of each of its items: `.spec.tokenRequests[*].audience`.
std::vector<std::string> texts_at(const Json& object, std::string_view path);
std::int64_t number_at(const Json& object, std::string_view path);
bool has(const Json& object, std::string_view path);

/// The items of a list; nothing for other values.
std::span<const Json> items(const Json* list) noexcept;
std::span<Json> items(Json* list) noexcept;
/// The entries of a list or map.
std::size_t count(const Json* value) noexcept;
/// A number's or a text's text; `0` when it is not there.
std::string text_or_zero(const Json* value);

/// `5m30s`, `3d4h`: kubectl's way to write a duration. (apimachinery pkg/util/duration
/// HumanDuration)
std::string human_duration(std::int64_t seconds);
/// The time since a timestamp; `<unknown>` when it is not there.
std::string age(const Json* time, Timestamp now);
/// Seconds from one timestamp to another; false when one is not a time.
bool seconds_between(const Json* from, const Json* to, std::int64_t& seconds);
bool seconds_since(const Json* from, Timestamp now, std::int64_t& seconds);

/// The first three with commas, and how many more there are; "" when there are none.
std::string first_three(std::span<const std::string> texts);
/// A map as `k=v,k=v`, `<none>` when it is empty.
std::string labels_text(const Json* map);
/// A metav1.LabelSelector as text; `none` when it is empty or missing.
std::string selector_text(const Json* selector, std::string_view none);

}  // namespace kaudit::apiserver::objects::table
