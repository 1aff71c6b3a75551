#include "apiserver/testapi/fault_rules.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kaudit::apiserver::testapi {
namespace {

/// Whether the n-th of the requests that a rule concerns is among the share that it hits: evenly
/// spread and without chance, so that a test fails the same way twice.
bool in_share(std::uint64_t n, double share) {
  const auto hits_up_to = [share](std::uint64_t count) {
    return std::floor(static_cast<double>(count) * share + 1e-9);
  };
  return hits_up_to(n) > hits_up_to(n - 1);
}

}  // namespace

FaultRules::FaultRules(std::vector<Fault> from_start, std::uint64_t version)
    : from_start_(std::move(from_start)) {
  reset(version);
}

void FaultRules::add(Fault fault, std::uint64_t version) {
  if (fault.id.empty()) {
    const auto taken = [this](const std::string& id) KAUDIT_REQUIRES(mutex_) {
      return std::any_of(rules_.begin(), rules_.end(),
                         [&](const Rule& rule) { return rule.fault.id == id; });
    };
    do {
      fault.id = "fault-" + std::to_string(next_id_++);
    } while (taken(fault.id));
  }
  rules_.push_back({std::move(fault), version});
}

Result<std::string> FaultRules::set(Fault fault, std::uint64_t version) {
  const Lock lock(mutex_);
  const auto same = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return !fault.id.empty() && rule.fault.id == fault.id;
  });
  any_.store(true);
  if (same != rules_.end()) {
    *same = {std::move(fault), version};
    return same->fault.id;
  }
  if (rules_.size() >= kMaxFaults) {
    return fail("there are " + std::to_string(kMaxFaults) +
                " faults already: remove some, DELETE /kaudit/v1/faults removes all");
  }
  add(std::move(fault), version);
  return rules_.back().fault.id;
}

bool FaultRules::remove(std::string_view id) {
  const Lock lock(mutex_);
  const bool found =
      std::erase_if(rules_, [id](const Rule& rule) { return rule.fault.id == id; }) != 0;
  any_.store(!rules_.empty());
  return found;
}

std::size_t FaultRules::clear() {
  const Lock lock(mutex_);
  any_.store(false);
  return std::exchange(rules_, {}).size();
}

void FaultRules::reset(std::uint64_t version) {
  const Lock lock(mutex_);
  rules_.clear();
  next_id_ = 1;
  for (const Fault& fault : from_start_) add(fault, version);
  any_.store(!rules_.empty());
}

std::vector<FaultRules::Listed> FaultRules::list() const {
  const Lock lock(mutex_);
  std::vector<Listed> all;
  all.reserve(rules_.size());
  for (const Rule& rule : rules_) all.push_back({rule.fault, rule.hits});
  return all;
}

std::optional<FaultRules::Listed> FaultRules::find(std::string_view id) const {
  const Lock lock(mutex_);
  for (const Rule& rule : rules_) {
    if (rule.fault.id == id) return Listed{rule.fault, rule.hits};
  }
  return std::nullopt;
}

std::optional<FaultRules::Hit> FaultRules::hit(const RequestScope& scope) {
  if (!any_.load(std::memory_order_relaxed)) return std::nullopt;
  const Lock lock(mutex_);
  for (Rule& rule : rules_) {
    if (rule.fault.times && rule.hits >= *rule.fault.times) continue;
    if (!rule.fault.concerns(scope)) continue;
    if (!in_share(++rule.met, rule.fault.match.share)) continue;
    ++rule.hits;
    return Hit{rule.fault.id, rule.fault.action, rule.version};
  }
  return std::nullopt;
}

}  // namespace kaudit::apiserver::testapi
