#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "apiserver/objects/tree/json.hpp"

namespace kaudit::apiserver::objects::patch {

/// Many look-ups and changes in one object whose size the client chooses: each costs the same in a
/// large object as in a small one. What is erased goes at the end, in finish(); until then pointers
/// to members are good up to the next set().
class ObjectEditor {
 public:
  explicit ObjectEditor(Json::Object& members);
  ObjectEditor(const ObjectEditor&) = delete;
  ObjectEditor& operator=(const ObjectEditor&) = delete;
  ~ObjectEditor() { finish(); }

  /// null when there is none.
  Json* find(std::string_view name);
  void set(std::string_view name, Json value);
  void erase(std::string_view name);
  /// The members, those that were erased included until finish().
  const Json::Object& members() const noexcept { return members_; }
  /// Drops what was erased.
  void finish();

 private:
  static constexpr std::size_t kSmall = 16;  // comparing all is faster than hashing a few

  std::size_t place(std::string_view name);

  Json::Object& members_;
  std::vector<bool> erased_;  // by place; empty when nothing was
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace kaudit::apiserver::objects::patch
