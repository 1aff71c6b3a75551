#pragma once

#include <string>
#include <vector>

#include "apiserver/objects/kinds.hpp"

namespace kaudit::apiserver::custom {

/// What a resource says of itself: a custom one's line of kinds.json.
struct ResourceText {
  std::string group;
  std::string version;
  std::string kind;
  std::string plural;
  std::string singular;
  std::string list_kind;
  objects::Scope scope = objects::Scope::Namespaced;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool has_status = false;
  bool has_scale = false;

  friend auto operator<=>(const ResourceText&, const ResourceText&) = default;
};

/// The resource that says that: the same one whenever it is asked for again, for as long as the
/// process lives, so that whatever refers to a resource may keep doing so when its definition is
/// changed or deleted. Thread-safe.
const objects::Resource& interned_resource(const ResourceText& text);

}  // namespace kaudit::apiserver::custom
