#include "apiserver/objects/codec/typed_order.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "apiserver/objects/codec/quantity.hpp"
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

class Orderer {
 public:
  bool run(const Type& type, Json& tree) {
    return ordered(type, tree, 0) && size_ <= kMostCharacters;
  }

 private:
  bool struct_ordered(const Type& type, Json& value, int depth) {
    if (type.special != Special::None || value.object() == nullptr) return false;
    Json::Object& members = *value.object();
    const auto place_of = [&](const Json::Member& member) {
      return static_cast<std::size_t>(type.find(member.name) - type.members.data());
    };
    std::uint64_t given = 0;
    bool ascending = true;
    bool leaves_out = false;
    std::size_t last = 0;
    for (Json::Member& member : members) {
      const Member* const known = type.find(member.name);
      size_ += member.name.size();
      if (known == nullptr || !ordered(*known->field->type, member.value, depth)) return false;
      const auto place = static_cast<std::size_t>(known - type.members.data());
      ascending = ascending && place >= last;
      last = place;
      given |= std::uint64_t{1} << place;
      leaves_out = leaves_out || left_out(*known->field, member.value);
    }
    if ((type.always & ~given) != 0) return false;
    if (leaves_out) {
      std::erase_if(members, [&](const Json::Member& member) {
        return left_out(*type.find(member.name)->field, member.value);
      });
    }
    if (!ascending) {
      std::sort(members.begin(), members.end(),
                [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
    }
    return true;
  }

  bool fields_ordered(const Json& value) {
    if (const TreeText* const text = value.packed()) {
      size_ += text->size();
      return true;
    }
    if (value.object() == nullptr) return false;
    size_ += value.dump().size();
    return true;
  }

  bool list_ordered(const Type& type, Json& value, int depth) {
    if (value.array() == nullptr) return false;
    Json::Array& elements = *value.array();
    return std::all_of(elements.begin(), elements.end(),
                       [&](Json& element) { return ordered(*type.element, element, depth); });
  }

  bool map_ordered(const Type& type, Json& value, int depth) {
    if (value.object() == nullptr) return false;
    Json::Object& entries = *value.object();
    if (!std::all_of(entries.begin(), entries.end(), [&](Json::Member& entry) {
          size_ += entry.name.size();
          return ordered(*type.element, entry.value, depth);
        })) {
      return false;
    }
    const auto by_key = [](const auto& a, const auto& b) { return a.name < b.name; };
    if (!std::is_sorted(entries.begin(), entries.end(), by_key)) value.sort_members();
    return true;
  }

  bool ordered(const Type& type, Json& value, int depth) {
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
        return fields_ordered(value);
      case TypeKind::Struct:
        return struct_ordered(type, value, depth + 1);
      case TypeKind::List:
        return list_ordered(type, value, depth + 1);
      case TypeKind::Map:
        return map_ordered(type, value, depth + 1);
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
};

}  // namespace

bool order_members(const Type& type, Json& tree) { return Orderer().run(type, tree); }

Json& set_in_order(const Type& type, Json& object, std::string_view name, Json value) {
  if (Json* const present = object.find(name)) {
    *present = std::move(value);
    return *present;
  }
  const Member* const own = type.find(name);
  Json::Object& members = *object.object();
  auto place = members.end();
  while (place != members.begin() && type.find(std::prev(place)->name) > own) --place;
  return members.insert(place, {TreeText::of_static(own->name()), std::move(value)})->value;
}

}  // namespace kaudit::apiserver::objects
