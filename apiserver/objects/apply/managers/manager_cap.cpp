#include "apiserver/objects/apply/managers/manager_cap.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace kaudit::apiserver::objects::apply {

void cap_update_managers(Managers& managers) {
  std::vector<std::string> updaters;
  for (const auto& [identity, set] : managers) {
    if (set.name.ownership == Ownership::Update) updaters.push_back(identity);
  }
  if (updaters.size() <= kMaxUpdateManagers) return;
  std::sort(updaters.begin(), updaters.end(), [&](const std::string& a, const std::string& b) {
    return std::tie(managers[a].time, a) < std::tie(managers[b].time, b);
  });
  std::size_t left = updaters.size();
  std::map<std::string, std::string> first_of_version;
  for (const std::string& identity : updaters) {
    if (left <= kMaxUpdateManagers) return;
    const ManagedSet old = managers[identity];
    const std::string& version = old.name.api_version;
    const auto [first, is_first] = first_of_version.try_emplace(version, identity);
    if (is_first) continue;  // one alone can stay as it is
    ManagerName name{"ancient-changes", Ownership::Update, version, ""};
    const std::string bucket = name.identity();
    if (!managers.contains(bucket)) {
      auto renamed = managers.extract(first->second);
      renamed.key() = bucket;
      renamed.mapped().name = name;
      managers.insert(std::move(renamed));
    }
    managers[bucket].fields = united(old.fields, managers[bucket].fields);
    managers[bucket].time = old.time;
    if (identity != bucket) managers.erase(identity);
    --left;
  }
}

}  // namespace kaudit::apiserver::objects::apply
