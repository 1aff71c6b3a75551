#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/object.hpp"
#include "apiserver/request/label_selector.hpp"
#include "base/mutex.hpp"

namespace kaudit::apiserver::api {

/// Which ClusterRoles gather the rules of others (aggregationRule), and by which labels.
/// Thread-safe.
class AggregateIndex {
 public:
  /// A ClusterRole as it is stored now.
  void learn(const objects::Object& role);
  void forget(std::string_view name);

  /// One that selects nothing gathers nothing: it is not in here.
  std::vector<request::LabelSelector> selectors_of(std::string_view name) const;
  /// Who gathers the rules of a role with these labels.
  std::vector<std::string> gatherers_of(const objects::ObjectMeta& role) const;

 private:
  using Selectors = std::vector<request::LabelSelector>;

  mutable Mutex mutex_;
  std::map<std::string, Selectors, std::less<>> by_name_ KAUDIT_GUARDED_BY(mutex_);
};

/// Whether an object's labels are among those that are selected.
bool selects(const request::LabelSelector& selector, const objects::ObjectMeta& meta);

}  // namespace kaudit::apiserver::api
