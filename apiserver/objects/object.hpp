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

/// An object as it is stored, sent and recorded: its JSON, once, as shared immutable bytes. They
/// stand behind it in the same piece of memory: in a large store each piece is waited for. Any
/// thread may read it.
class Object {
 public:
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(this + 1), text_size_};
  }
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
  /// What one is made of.
  struct Parts {
    std::string_view before;  ///< of its text, the resourceVersion
    std::string_view version;
    std::string_view after;
    std::size_t item_offset;
    ObjectMeta meta;
  };
  static ObjectPtr make(Parts parts);
  struct Private {};  // so that nobody else makes one

 public:
  /// Writes the text behind itself, where there must be room.
  Object(Private /*unused*/, Parts&& parts) noexcept;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  Object(Object&&) = delete;
  Object& operator=(Object&&) = delete;
  ~Object() = default;

 private:
  const std::size_t text_size_;
  const std::size_t version_offset_;
  const std::size_t version_size_;
  const std::size_t item_offset_;  // of `"metadata":`
  const ObjectMeta meta_;
};

/// The object's JSON, which shares its memory.
RawJson json_of(ObjectPtr object) noexcept;

}  // namespace kaudit::apiserver::objects
