#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/custom/definition.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::custom {

/// All CustomResourceDefinitions that there are: the part of the table of kinds that changes while
/// the server runs. What is in kinds.json does not ask it. Thread-safe; a definition that was found
/// lives as long as it is held.
class Registry {
 public:
  /// Adds a definition, or puts it in the place of that of its name. What served by the former and
  /// is not changed for its objects stays as it is, and goes on.
  void put(std::shared_ptr<Definition> definition);
  void remove(std::string_view name);

  /// The established definition of a resource; null when there is none.
  DefinitionPtr find(std::string_view group, std::string_view plural) const;
  /// The same by what its objects say of themselves, in a version that is served.
  const objects::Resource* find_kind(std::string_view api_version, std::string_view kind) const;
  /// Whether any version of that group is served.
  bool has_group(std::string_view group) const;
  /// Those of a group, established or not, by name.
  std::vector<DefinitionPtr> of_group(std::string_view group) const;
  /// All that are established, by group and name.
  std::vector<DefinitionPtr> established() const;

  /// Another number after each change of what is established. 0 before the first.
  std::uint64_t revision() const noexcept { return revision_.load(std::memory_order_acquire); }

 private:
  using Group = std::map<std::string, DefinitionPtr, std::less<>>;  // by plural

  mutable SharedMutex mutex_;
  std::map<std::string, Group, std::less<>> groups_ KAUDIT_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> revision_{0};
};

}  // namespace kaudit::apiserver::custom
