#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/objects/tree/json.hpp"
#include "base/json/raw_json.hpp"
#include "base/json/spare_text.hpp"

namespace kaudit::apiserver::objects {

/// What is asked of an object so often that reading its JSON each time would be too slow.
struct ObjectMeta {
  std::string name;
  std::string ns;  ///< namespace
  std::string uid;
  std::uint64_t resource_version = 0;
  bool owned = false;                                       ///< it has ownerReferences
  bool terminating = false;                                 ///< it has a deletionTimestamp
  std::vector<std::pair<std::string, std::string>> labels;  ///< by key

  /// null when there is no such label.
  const std::string* label(std::string_view key) const noexcept;
};

class Object;
using ObjectPtr = std::shared_ptr<const Object>;

/// In which order an object's members stand: in that of its Go struct, or, where it has no type, by
/// name.
enum class MemberOrder : std::uint8_t { OfType, ByName };

/// An object on its way into the store: finished but for its resourceVersion, which the store gives
/// out.
class Draft {
 public:
  /// From a tree in canonical form: `kind`, `apiVersion`, `metadata`, then the rest; or with all
  /// its members by name. What its metadata says about resourceVersion is left out: that is the
  /// store's.
  explicit Draft(const Json& tree, MemberOrder order = MemberOrder::OfType);

  const ObjectMeta& meta() const noexcept { return meta_; }
  /// True when it says the same as that object, its resourceVersion aside.
  bool same_as(const Object& object) const noexcept;
  ObjectPtr seal(std::uint64_t resource_version) &&;

 private:
  friend class Object;
  SpareText text_;                  // with `"resourceVersion":""`
  std::size_t version_offset_ = 0;  // between the quotes
  std::size_t item_offset_ = 0;
  ObjectMeta meta_;
};

/// An object as it is stored, sent and recorded: its JSON, once, as shared immutable bytes. Any
/// thread may read it.
class Object {
 public:
  const RawJson& json() const noexcept { return json_; }
  std::string_view text() const noexcept { return json_.view(); }
  const ObjectMeta& meta() const noexcept { return meta_; }
  /// It as an item of a list, where Kubernetes writes neither kind nor apiVersion (but for objects
  /// without a type): what follows the opening brace.
  std::string_view item() const noexcept { return text().substr(item_offset_); }
  /// Appends the whole item.
  void append_item(std::string& out) const;
  /// The tree it was made from.
  Json tree() const;
  /// The same object with another resourceVersion (that of its deletion).
  ObjectPtr at_version(std::uint64_t resource_version) const;

 private:
  friend class Draft;
  struct Private {};  // so that nobody else makes one

 public:
  explicit Object(Private /*unused*/) noexcept {}
  Object(Private /*unused*/, const Object& other) : Object(other) {}

 private:
  Object(const Object&) = default;
  RawJson json_;
  std::size_t version_offset_ = 0;
  std::size_t version_size_ = 0;
  std::size_t item_offset_ = 0;  // of `"metadata":`
  ObjectMeta meta_;
};

}  // namespace kaudit::apiserver::objects
