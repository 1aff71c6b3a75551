#include "apiserver/objects/tree/json.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <new>
#include <stdexcept>
#include <utility>

#include "apiserver/objects/tree/tree_writer.hpp"
#include "base/json/json_text.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// How deep copies and destructors call themselves; what is deeper is worked off in a loop, since a
/// tree may be 10,000 deep.
constexpr unsigned kMostRecursion = 64;

TreeText digits_of(std::int64_t value) {
  char digits[20];  // the longest, with its sign
  const char* const end = std::to_chars(digits, std::end(digits), value).ptr;
  return std::string_view(digits, static_cast<std::size_t>(end - digits));
}

template <typename T>
using Stack = std::vector<T, Recycled<T>>;

}  // namespace

Json::Json(std::int64_t value) : Json(Number{digits_of(value)}) {}

Json::Object* Json::unpacked() noexcept {
  auto tree = parse(string_);
  *this = tree ? *std::move(tree) : Json(Object());  // it was an object's JSON
  return &object_;
}

void Json::drop_tree() noexcept {
  Array too_deep;
  drop_container(0, too_deep);
  while (!too_deep.empty()) {
    Json next = std::move(too_deep.back());
    too_deep.pop_back();
    next.drop_container(0, too_deep);
  }
}

/// What nests goes first, so that the containers' own destructors meet nothing but leaves.
void Json::drop_container(unsigned depth, Array& too_deep) noexcept {
  const auto drop_nested = [&](Json& child) {
    if (child.kind_ < Kind::Array) return;
    if (depth == kMostRecursion) {
      too_deep.push_back(std::move(child));
    } else {
      child.drop_container(depth + 1, too_deep);
    }
  };
  if (kind_ == Kind::Array) {
    for (Json& element : array_) drop_nested(element);
    array_.~Array();
  } else {
    for (Member& member : object_) drop_nested(member.value);
    object_.~Object();
  }
  kind_ = Kind::Null;
}

void Json::copy(const Json& other, unsigned depth) {
  names_ = other.names_;
  switch (other.kind_) {
    case Kind::Null:
      break;
    case Kind::Boolean:
      boolean_ = other.boolean_;
      break;
    case Kind::Number:
      new (&number_) Number(other.number_);
      break;
    case Kind::String:
    case Kind::Packed:
      new (&string_) TreeText(other.string_);
      break;
    case Kind::Array:
      if (depth == kMostRecursion) return copy_deep(other);
      new (&array_) Array();
      kind_ = Kind::Array;
      array_.reserve(other.array_.size());
      for (const Json& element : other.array_) array_.emplace_back().copy(element, depth + 1);
      return;
    case Kind::Object:
      if (depth == kMostRecursion) return copy_deep(other);
      new (&object_) Object();
      kind_ = Kind::Object;
      object_.reserve(other.object_.size());
      for (const Member& member : other.object_) {
        object_.push_back({member.name, Json()});
        object_.back().value.copy(member.value, depth + 1);
      }
      return;
  }
  kind_ = other.kind_;
}

// Each container gets its size first, so that pointers to its children stay good.
void Json::copy_deep(const Json& other) {
  Stack<std::pair<Json*, const Json*>> pending{{this, &other}};
  while (!pending.empty()) {
    const auto [to, from] = pending.back();
    pending.pop_back();
    if (const Array* elements = from->array()) {
      *to = Json(Array(elements->size()));
      for (std::size_t i = 0; i < elements->size(); ++i) {
        pending.emplace_back(&to->array_[i], &(*elements)[i]);
      }
    } else if (const Object* members = from->object()) {
      *to = Json(Object(members->size()));
      for (std::size_t i = 0; i < members->size(); ++i) {
        to->object_[i].name = (*members)[i].name;
        pending.emplace_back(&to->object_[i].value, &(*members)[i].value);
      }
    } else {
      to->copy(*from, 0);
    }
  }
}

std::string_view Json::type_name() const noexcept {
  static constexpr std::string_view kNames[] = {"null",   "bool",  "number", "string",
                                                "object", "array", "object"};
  return kNames[static_cast<std::size_t>(kind_)];
}

const Json* Json::find_near(TreeText::Words name) const noexcept {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (member.name.words()[0] == name[0] && member.name.words()[1] == name[1]) {
      return &member.value;
    }
  }
  return nullptr;
}

const Json* Json::find_far(std::string_view name) const noexcept {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const Member& member : *members) {
    if (!member.name.is_near() && member.name.view() == name) return &member.value;
  }
  return nullptr;
}

std::string_view Json::near_text(TreeText::Words name) const noexcept {
  const Json* const member = find_near(name);
  return member != nullptr && member->string() ? member->string_.view() : std::string_view();
}

std::string_view Json::far_text(std::string_view name) const noexcept {
  const Json* const member = find_far(name);
  return member != nullptr && member->string() ? member->string_.view() : std::string_view();
}

Json& Json::set(std::string_view name, Json value) {
  if (Json* present = find(name)) {
    *present = std::move(value);
    return *present;
  }
  if (kind_ != Kind::Object) throw std::logic_error("a member of what is not an object");
  names_ |= name_bit(name);
  return object_.emplace_back(Member{name, std::move(value)}).value;
}

Json& Json::insert(std::size_t place, TreeText name, Json value) {
  names_ |= name_bit(name);
  const auto at = object_.begin() + static_cast<std::ptrdiff_t>(place);
  return object_.insert(at, Member{std::move(name), std::move(value)})->value;
}

void Json::erase(std::string_view name) noexcept {
  if (find(name) == nullptr) return;
  std::erase_if(object_, [&](const Member& member) { return member.name == name; });
}

void Json::sort_members() {
  if (Object* members = object()) {
    std::sort(members->begin(), members->end(),
              [](const Member& a, const Member& b) { return a.name < b.name; });
  }
}

void Json::append_to(std::string& out) const {
  switch (kind_) {
    case Kind::Null:
      out += "null";
      break;
    case Kind::Boolean:
      out += boolean_ ? "true" : "false";
      break;
    case Kind::Number:
      out += number_.text.view();
      break;
    case Kind::Packed:
      out += string_.view();
      break;
    case Kind::String:
      append_json_string(out, string_);
      break;
    case Kind::Array:
    case Kind::Object:
      TreeWriter(out).value(*this);
      break;
  }
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

bool operator==(const Json& a, const Json& b) {
  const auto seen = [](Json::Kind kind) {
    return kind == Json::Kind::Packed ? Json::Kind::Object : kind;
  };
  Stack<std::pair<const Json*, const Json*>> pending{{&a, &b}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (left->packed() != nullptr && right->packed() != nullptr) {
      if (left->string_ != right->string_) return false;
      continue;
    }
    if (seen(left->kind_) != seen(right->kind_)) return false;
    if (const Json::Object* members = left->object()) {
      const Json::Object& others = *right->object();
      if (members->size() != others.size()) return false;
      for (std::size_t i = 0; i < members->size(); ++i) {
        if ((*members)[i].name != others[i].name) return false;
        pending.emplace_back(&(*members)[i].value, &others[i].value);
      }
    } else if (const Json::Array* elements = left->array()) {
      const Json::Array& others = *right->array();
      if (elements->size() != others.size()) return false;
      for (std::size_t i = 0; i < elements->size(); ++i) {
        pending.emplace_back(&(*elements)[i], &others[i]);
      }
    } else if (const TreeText* text = left->string()) {
      if (*text != *right->string()) return false;
    } else if (const Json::Number* number = left->number()) {
      if (!(*number == *right->number())) return false;
    } else if (const bool* boolean = left->boolean()) {
      if (*boolean != *right->boolean()) return false;
    }
  }
  return true;
}

}  // namespace kaudit::apiserver::objects
