#include "cli/receiver/fault_plan.hpp"

#include <algorithm>
#include <utility>

namespace kaudit::cli {

Result<FaultPlan::State> FaultPlan::add(Fault fault) {
  const Lock lock(mutex_);
  if (entries_.size() >= kMost) {
    return fail("there are 1000 faults already: DELETE /faults takes them away");
  }
  entries_.push_back({++last_id_, std::move(fault)});
  return state_of(entries_.back());
}

bool FaultPlan::remove(std::uint64_t id) {
  const Lock lock(mutex_);
  return std::erase_if(entries_, [id](const Entry& entry) { return entry.id == id; }) > 0;
}

void FaultPlan::clear() {
  const Lock lock(mutex_);
  entries_.clear();
}

FaultPlan::State FaultPlan::state_of(const Entry& entry) {
  State state{entry.id, entry.fault.spec, entry.hits, std::nullopt};
  if (entry.fault.next) state.left = *entry.fault.next - std::min(*entry.fault.next, entry.hits);
  return state;
}

std::vector<FaultPlan::State> FaultPlan::states() const {
  const Lock lock(mutex_);
  std::vector<State> states;
  for (const Entry& entry : entries_) states.push_back(state_of(entry));
  return states;
}

bool FaultPlan::strikes(Entry& entry) {
  if (entry.fault.next && entry.hits >= *entry.fault.next) return false;
  if (++entry.fitting % entry.fault.every != 0) return false;
  ++entry.hits;
  return true;
}

FaultEffect FaultPlan::at_connection() {
  const Lock lock(mutex_);
  FaultEffect effect;
  for (Entry& entry : entries_) {
    if (entry.fault.concerns_connections() && strikes(entry)) effect.add(entry.fault.effect);
  }
  return effect;
}

FaultEffect FaultPlan::at_head(std::string_view path) {
  const Lock lock(mutex_);
  FaultEffect effect;
  for (Entry& entry : entries_) {
    const Fault& fault = entry.fault;
    if (fault.concerns_connections() || fault.needs_body() || fault.path == path) continue;
    if (strikes(entry)) effect.add(fault.effect);
  }
  return effect;
}

FaultEffect FaultPlan::at_body(std::string_view path, std::string_view body) {
  const Lock lock(mutex_);
  FaultEffect effect;
  for (Entry& entry : entries_) {
    const Fault& fault = entry.fault;
    if (!fault.needs_body() || fault.path == path || body.size() <= fault.limit) continue;
    if (!fault.match.empty() && body.find(fault.match) == std::string_view::npos) continue;
    if (strikes(entry)) effect.add(fault.effect);
  }
  return effect;
}

}  // namespace kaudit::cli
