#include "apiserver/objects/codec/typed_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/codec/quantity.hpp"
#include "apiserver/objects/types/member_place.hpp"
#include "apiserver/objects/types/typed_value.hpp"
#include "apiserver/objects/types/typed_writer.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// Types that contain themselves (schemas) may go deeper; those are read and written.
constexpr int kMostDepth = 32;

// An integer as it is written, and small enough for its type beyond doubt.
bool is_plain_integer(const Json& value, std::size_t most_digits) {
  if (value.number() == nullptr) return false;
  std::string_view digits = value.number()->text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > most_digits) return false;
  if (digits.front() == '0') return digits.size() == 1 && value.number()->text.front() == '0';
  return std::all_of(digits.begin(), digits.end(), is_digit);
}

constexpr std::size_t kInt32Digits = 9;
constexpr std::size_t kInt64Digits = 18;

// A time as the server writes it: 2026-11-24T10:00:00Z. Others are read.
bool is_plain_time(const Json& value) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  const auto* const text = value.string();
  if (text == nullptr || text->size() != kForm.size() || text->starts_with("0001-")) return false;
  const std::string_view time = *text;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(time[i]) : time[i] != kForm[i]) return false;
  }
  const auto number = [&](std::size_t at) { return (time[at] - '0') * 10 + time[at + 1] - '0'; };
  // Leap days are read.
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int month = number(5);
  const int day = number(8);
  return month >= 1 && month <= 12 && day >= 1 && day <= kDays[month - 1] && number(11) < 24 &&
         number(14) < 60 && number(17) < 60;
}

bool is_plain_base64(const Json& value) {
  if (value.string() == nullptr) return false;
  const auto bytes = base64_decode(*value.string());
  return bytes && base64_encode(*bytes) == *value.string();
}

bool is_plain_quantity(const Json& value) {
  if (value.string() == nullptr) return false;
  if (is_plainly_canonical(*value.string())) return true;
  const auto canonical = canonical_quantity(*value.string());
  return canonical && *canonical == *value.string();
}

// What omitempty leaves out of what is not a pointer.
bool is_empty(const Json& value) {
  if (const auto* text = value.string()) return text->empty();
  if (const bool* yes = value.boolean()) return !*yes;
  if (const Json::Number* number = value.number()) return number->text == "0";
  if (const Json::Array* elements = value.array()) return elements->empty();
  return value.object() != nullptr && value.object()->empty();
}

bool left_out(const Field& field, const Json& value) {
  return field.omit == Omit::Empty && !field.pointer && !is_go_struct(field.type->kind) &&
         is_empty(value);
}

bool by_name(const Json::Member& a, const Json::Member& b) { return a.name < b.name; }

/// Finds out whether a tree only has to be put in order, and whether there is anything to do.
class OrderCheck {
 public:
  bool run(const Type& type, const Json& tree) {
    return fits(type, tree, 0) && size_ <= kMostCharacters;
  }
  /// Whether arrange() would change what was checked.
  bool changes() const noexcept { return changes_; }

 private:
  bool struct_fits(const Type& type, const Json& value, int depth) {
    if (type.special != Special::None || value.object() == nullptr) return false;
    std::uint64_t given = 0;
    std::size_t next = 0;
    for (const Json::Member& member : *value.object()) {
      const std::size_t place = place_of(type, member.name, next);
      size_ += member.name.size();
      if (place == type.members.size()) return false;
      const Field& field = *type.members[place].field;
      if (!fits(*field.type, member.value, depth)) return false;
      changes_ = changes_ || place < next || left_out(field, member.value);
      given |= std::uint64_t{1} << place;
      next = place + 1;
    }
    return (type.always & ~given) == 0;
  }

  bool fields_fit(const Json& value) {
    if (const TreeText* const text = value.packed()) {
      size_ += text->size();
      return true;
    }
    if (value.object() == nullptr) return false;
    size_ += value.dump().size();
    return true;
  }

  bool list_fits(const Type& type, const Json& value, int depth) {
    if (value.array() == nullptr) return false;
    const Json::Array& elements = *value.array();
    return std::all_of(elements.begin(), elements.end(),
                       [&](const Json& element) { return fits(*type.element, element, depth); });
  }

  bool map_fits(const Type& type, const Json& value, int depth) {
    if (value.object() == nullptr) return false;
    const Json::Object& entries = *value.object();
    if (!std::all_of(entries.begin(), entries.end(), [&](const Json::Member& entry) {
          size_ += entry.name.size();
          return fits(*type.element, entry.value, depth);
        })) {
      return false;
    }
    changes_ = changes_ || !std::is_sorted(entries.begin(), entries.end(), by_name);
    return true;
  }

  bool fits(const Type& type, const Json& value, int depth) {
    if (depth == kMostDepth) return false;
    if (const TreeText* const text = value.string()) size_ += text->size();
    switch (type.kind) {
      case TypeKind::String:
        return value.string() != nullptr;
      case TypeKind::Bool:
        return value.boolean() != nullptr;
      case TypeKind::Int32:
        return is_plain_integer(value, kInt32Digits);
      case TypeKind::Int64:
        return is_plain_integer(value, kInt64Digits);
      case TypeKind::Bytes:
        return is_plain_base64(value);
      case TypeKind::Time:
        return is_plain_time(value);
      case TypeKind::Quantity:
        return is_plain_quantity(value);
      case TypeKind::IntOrString:
        return value.string() != nullptr || is_plain_integer(value, kInt32Digits);
      case TypeKind::FieldsV1:
        return fields_fit(value);
      case TypeKind::Struct:
        return struct_fits(type, value, depth + 1);
      case TypeKind::List:
        return list_fits(type, value, depth + 1);
      case TypeKind::Map:
        return map_fits(type, value, depth + 1);
      case TypeKind::Double:
      case TypeKind::MicroTime:
      case TypeKind::Duration:
      case TypeKind::Raw:
      case TypeKind::Json:
      case TypeKind::Any:
        return false;
    }
    return false;
  }

  // What may be too large is read, which refuses it: a character takes up to six bytes of JSON.
  static constexpr std::size_t kMostCharacters = kMostJsonBytes / 8;

  std::size_t size_ = 0;  // of names and texts
  bool changes_ = false;
};

void arrange(const Type& type, Json& value);

void arrange_struct(const Type& type, Json::Object& members) {
  std::array<Json::Member*, 64> at;  // by place
  std::uint64_t kept = 0;
  std::size_t next = 0;
  bool ascending = true;
  for (Json::Member& member : members) {
    const std::size_t place = place_of(type, member.name, next);
    const Field& field = *type.members[place].field;
    arrange(*field.type, member.value);
    ascending = ascending && place >= next;
    next = place + 1;
    if (left_out(field, member.value)) continue;
    at[place] = &member;
    kept |= std::uint64_t{1} << place;
  }
  if (ascending && bit_count(kept) == members.size()) return;
  Json::Object arranged;
  arranged.reserve(bit_count(kept));
  for (; kept != 0; kept &= kept - 1) {
    arranged.push_back(std::move(*at[static_cast<std::size_t>(std::countr_zero(kept))]));
  }
  members = std::move(arranged);
}

// Of a tree that was checked.
void arrange(const Type& type, Json& value) {
  switch (type.kind) {
    case TypeKind::Struct:
      return arrange_struct(type, *value.object());
    case TypeKind::List:
      for (Json& element : *value.array()) arrange(*type.element, element);
      return;
    case TypeKind::Map: {
      Json::Object& entries = *value.object();
      for (Json::Member& entry : entries) arrange(*type.element, entry.value);
      if (!std::is_sorted(entries.begin(), entries.end(), by_name)) value.sort_members();
      return;
    }
    default:
      return;
  }
}

}  // namespace

bool order_members(const Type& type, Json& tree) {
  OrderCheck check;
  if (!check.run(type, tree)) return false;
  if (check.changes()) arrange(type, tree);
  return true;
}

Json& set_in_order(const Type& type, Json& object, std::string_view name, Json value) {
  if (Json* const present = object.find(name)) {
    *present = std::move(value);
    return *present;
  }
  const Member* const own = type.find(name);
  const Json::Object& members = *std::as_const(object).object();
  // Behind the nearest of those that come before it.
  const auto number_through = [&](const Field& field) {
    if (!object.may_have(field.name_bit)) return std::size_t{0};
    std::size_t number = members.size();
    while (number != 0 && !field.is_named(members[number - 1].name)) --number;
    return number;
  };
  std::size_t before = 0;
  for (const Member* each = own; before == 0 && each != type.members.data();) {
    before = number_through(*(--each)->field);
  }
  return object.insert(before, own->field->tree_name(), std::move(value));
}

}  // namespace kaudit::apiserver::objects
