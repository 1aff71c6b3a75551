#include "apiserver/objects/tree/json.hpp"

#include <algorithm>
#include <utility>

#include "base/json/json_text.hpp"

namespace kaudit::apiserver::objects {

bool Json::nests() const noexcept {
  const auto is_container = [](const Json& value) { return value.array() || value.object(); };
  if (const Array* elements = array()) {
    return std::any_of(elements->begin(), elements->end(), is_container);
  }
  if (const Object* members = object()) {
    return std::any_of(members->begin(), members->end(),
                       [&](const Member& member) { return is_container(member.value); });
  }
  return false;
}

// A tree may be 10,000 deep: its nodes are taken apart in a loop, since nested destructors would
// need megabytes of stack.
void Json::drop_children() noexcept {
  if (!nests()) return;
  std::vector<Json> pending;
  pending.push_back(Json());
  std::swap(pending.back().value_, value_);
  while (!pending.empty()) {
    auto node = std::move(pending.back().value_);
    pending.pop_back();
    if (Array* elements = std::get_if<Array>(&node)) {
      for (Json& element : *elements) {
        if (element.nests()) pending.push_back(std::move(element));
      }
    } else if (Object* members = std::get_if<Object>(&node)) {
      for (Member& member : *members) {
        if (member.value.nests()) pending.push_back(std::move(member.value));
      }
    }
  }
}

Json::~Json() { drop_children(); }

// In a loop for the same reason. Each container gets its size first, so that pointers to its
// children stay good.
Json::Json(const Json& other) {
  if (!other.array() && !other.object()) {
    value_ = other.value_;
    return;
  }
  std::vector<std::pair<Json*, const Json*>> pending{{this, &other}};
  while (!pending.empty()) {
    const auto [to, from] = pending.back();
    pending.pop_back();
    if (const Array* elements = from->array()) {
      Array& copies = to->value_.emplace<Array>(elements->size());
      for (std::size_t i = 0; i < copies.size(); ++i) {
        pending.emplace_back(&copies[i], &(*elements)[i]);
      }
    } else if (const Object* members = from->object()) {
      Object& copies = to->value_.emplace<Object>(members->size());
      for (std::size_t i = 0; i < copies.size(); ++i) {
        copies[i].name = (*members)[i].name;
        pending.emplace_back(&copies[i].value, &(*members)[i].value);
      }
    } else {
      to->value_ = from->value_;
    }
  }
}

Json& Json::operator=(const Json& other) { return *this = Json(other); }

Json& Json::operator=(Json&& other) noexcept {
  if (this != &other) {
    auto taken = std::move(other.value_);  // `other` may be a child of this
    drop_children();
    value_ = std::move(taken);
  }
  return *this;
}

std::string_view Json::type_name() const noexcept {
  static constexpr std::string_view kNames[] = {"null",   "bool",  "number",
                                                "string", "array", "object"};
  return kNames[value_.index()];
}

const Json* Json::find(std::string_view name) const noexcept {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = std::find_if(members->begin(), members->end(),
                                  [&](const Member& member) { return member.name == name; });
  return found == members->end() ? nullptr : &found->value;
}

Json* Json::find(std::string_view name) noexcept {
  return const_cast<Json*>(std::as_const(*this).find(name));
}

std::string_view Json::text(std::string_view name) const noexcept {
  const Json* member = find(name);
  const std::string* value = member ? member->string() : nullptr;
  return value ? std::string_view(*value) : std::string_view();
}

Json& Json::set(std::string_view name, Json value) {
  if (Json* present = find(name)) {
    *present = std::move(value);
    return *present;
  }
  Object& members = std::get<Object>(value_);
  return members.emplace_back(Member{std::string(name), std::move(value)}).value;
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

void append_leaf(std::string& out, const Json& value) {
  if (const std::string* text = value.string()) {
    append_json_string(out, *text);
  } else if (const Json::Number* number = value.number()) {
    out += number->text;
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else {
    out += "null";
  }
}

}  // namespace

void Json::append_to(std::string& out) const {
  std::vector<Open> open;
  const auto begin = [&](const Json& value) {
    if (value.object() || value.array()) {
      out += value.object() ? '{' : '[';
      open.push_back({&value, 0});
    } else {
      append_leaf(out, value);
    }
  };
  begin(*this);
  while (!open.empty()) {
    Open& top = open.back();
    const Object* members = top.container->object();
    const std::size_t size = members ? members->size() : top.container->array()->size();
    if (top.next == size) {
      out += members ? '}' : ']';
      open.pop_back();
      continue;
    }
    if (top.next != 0) out += ',';
    const std::size_t index = top.next++;
    if (members) {
      append_json_string(out, (*members)[index].name);
      out += ':';
      begin((*members)[index].value);
    } else {
      begin((*top.container->array())[index]);
    }
  }
}

std::string Json::dump() const {
  std::string out;
  append_to(out);
  return out;
}

bool operator==(const Json& a, const Json& b) {
  std::vector<std::pair<const Json*, const Json*>> pending{{&a, &b}};
  while (!pending.empty()) {
    const auto [left, right] = pending.back();
    pending.pop_back();
    if (left->value_.index() != right->value_.index()) return false;
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
    } else if (const std::string* text = left->string()) {
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
