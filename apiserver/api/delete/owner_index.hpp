#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apiserver/custom/registry.hpp"
#include "apiserver/objects/kinds.hpp"
#include "apiserver/objects/object.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::api {

/// Where in the store objects of a resource live, below a namespace or (with "") all of them.
/// (`version/resource/…`: no two resources share a prefix, but those that are versions of one
/// kind.)
std::string store_prefix(const objects::Resource& resource, std::string_view ns);

/// An object by its place.
struct ObjectRef {
  const objects::Resource* resource = nullptr;
  std::string ns;  ///< "" for cluster-scoped ones
  std::string name;

  std::string key() const { return store_prefix(*resource, ns) + name; }
  /// By what the store knows them by: a resource that was defined anew is the same one.
  friend bool operator<(const ObjectRef& a, const ObjectRef& b) { return a.key() < b.key(); }
};

/// An entry of metadata.ownerReferences.
struct Owner {
  ObjectRef ref;  ///< its resource is null when the kind is not known here
  std::string uid;
  bool blocked = false;  ///< by this dependent: blockOwnerDeletion
};

/// The owners an object of that namespace names.
std::vector<Owner> owners_of(const custom::Registry& definitions, const ObjectRef& ref,
                             const objects::Object& object);

/// Which objects name which uid as their owner. Thread-safe.
class OwnerIndex {
 public:
  explicit OwnerIndex(std::shared_ptr<const custom::Registry> definitions)
      : definitions_(std::move(definitions)) {}

  void learn(const ObjectRef& ref, const objects::Object& object);
  void forget(const ObjectRef& ref, const objects::Object& object);
  void replace(const ObjectRef& ref, const objects::Object& before, const objects::Object& after) {
    forget(ref, before);
    learn(ref, after);
  }
  std::vector<ObjectRef> dependents(std::string_view uid) const;

 private:
  const std::shared_ptr<const custom::Registry> definitions_;
  mutable Mutex mutex_;
  std::map<std::string, std::set<ObjectRef>, std::less<>> by_uid_ KAUDIT_GUARDED_BY(mutex_);
};

}  // namespace kaudit::apiserver::api
