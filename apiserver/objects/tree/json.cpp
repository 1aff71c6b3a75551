#include "apiserver/objects/tree/json.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/json/json_writer.hpp"

namespace kaudit::apiserver::objects {
namespace {

/// How deep copies and destructors call themselves; what is deeper is worked off in a loop, since a
/// tree may be 10,000 deep.
constexpr unsigned kMostRecursion = 64;

/// What is being dropped on this thread.
struct Dropping {
  unsigned depth = 0;
  Json::Array* parked = nullptr;  // what was too deep; of the outermost call
};
constinit thread_local Dropping dropping{};

/// A short name is all in the bytes of its TreeText, so that a look at them is enough. (Objects are
/// asked for their members all the time.)
using Bytes = std::array<std::uint64_t, 2>;
constexpr std::size_t kInItsBytes = 14;
static_assert(sizeof(Bytes) == sizeof(TreeText));
Bytes bytes_of(const TreeText& text) noexcept {
  Bytes bytes;
  // NOLINTNEXTLINE(bugprone-undefined-memory-manipulation): its bytes are looked at, not it is made
  std::memcpy(bytes.data(), &text, sizeof bytes);
  return bytes;
}

template <typename T>
using Stack = std::vector<T, Recycled<T>>;

}  // namespace

Json::Json(std::int64_t value) : Json(Number{std::to_string(value)}) {}

void Json::drop_container() noexcept {
  if (dropping.depth == kMostRecursion) {
    dropping.parked->push_back(std::move(*this));
    return;
  }
  const auto drop_here = [this] {
    if (kind_ == Kind::Array) {
      array_.~Array();
    } else {
      object_.~Object();
    }
    kind_ = Kind::Null;
  };
  if (dropping.depth++ != 0) {
    drop_here();
  } else {
    Array parked;
    dropping.parked = &parked;
    drop_here();
    while (!parked.empty()) {
      const Json next = std::move(parked.back());
      parked.pop_back();
    }
  }
  --dropping.depth;
}

void Json::copy(const Json& other, unsigned depth) {
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
  static constexpr std::string_view kNames[] = {"null",   "bool",  "number",
                                                "string", "array", "object"};
  return kNames[static_cast<std::size_t>(kind_)];
}

const Json* Json::find(std::string_view name) const noexcept {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const TreeText wanted = TreeText::of_static(name);  // for as long as this takes
  const Bytes bytes = bytes_of(wanted);
  const bool by_bytes = name.size() <= kInItsBytes;
  for (const Member& member : *members) {
    if (by_bytes ? bytes_of(member.name) == bytes : member.name == wanted) return &member.value;
  }
  return nullptr;
}

Json* Json::find(std::string_view name) noexcept {
  return const_cast<Json*>(std::as_const(*this).find(name));
}

std::string_view Json::text(std::string_view name) const noexcept {
  const Json* member = find(name);
  const TreeText* value = member ? member->string() : nullptr;
  return value ? value->view() : std::string_view();
}

Json& Json::set(std::string_view name, Json value) {
  if (Json* present = find(name)) {
    *present = std::move(value);
    return *present;
  }
  if (kind_ != Kind::Object) throw std::logic_error("a member of what is not an object");
  return object_.emplace_back(Member{name, std::move(value)}).value;
}

void Json::erase(std::string_view name) noexcept {
  if (Object* members = object()) {
    std::erase_if(*members, [&](const Member& member) { return member.name == name; });
  }
}

void Json::sort_members() {
  if (Object* members = object()) {
    std::sort(members->begin(), members->end(),
              [](const Member& a, const Member& b) { return a.name < b.name; });
  }
}

namespace {

// A container that is being written, and its next child.
struct Open {
  const Json* container;
  std::size_t next;
};

void write_leaf(JsonWriter& out, const Json& value) {
  if (const TreeText* text = value.string()) {
    out.string(*text);
  } else if (const Json::Number* number = value.number()) {
    out.raw(number->text);
  } else if (const bool* boolean = value.boolean()) {
    out.raw(*boolean ? "true" : "false");
  } else {
    out.literal("null");
  }
}

}  // namespace

void Json::append_to(std::string& text) const {
  JsonWriter out(text);
  Stack<Open> open;
  // True when the value is a container, which is written from then on.
  const auto begin = [&](const Json& value) {
    if (value.kind_ < Kind::Array) {
      write_leaf(out, value);
      return false;
    }
    out.character(value.kind_ == Kind::Object ? '{' : '[');
    open.push_back({&value, 0});
    return true;
  };
  begin(*this);
  while (!open.empty()) {
    Open& top = open.back();
    const bool is_object = top.container->kind_ == Kind::Object;
    const std::size_t size =
        is_object ? top.container->object_.size() : top.container->array_.size();
    bool entered = false;
    while (!entered && top.next != size) {
      if (top.next != 0) out.character(',');
      const std::size_t index = top.next++;
      if (is_object) {
        const Member& member = top.container->object_[index];
        out.string(member.name);
        out.character(':');
        entered = begin(member.value);
      } else {
        entered = begin(top.container->array_[index]);
      }
    }
    if (entered) continue;
    out.character(is_object ? '}' : ']');
    open.pop_back();
  }
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

bool operator==(const Json& a, const Json& b) {
  Stack<std::pair<const Json*, const Json*>> pending{{&a, &b}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (left->kind_ != right->kind_) return false;
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
