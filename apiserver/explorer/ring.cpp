#include "apiserver/explorer/ring.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "audit/event_memory.hpp"

namespace kaudit::apiserver::explorer {
namespace {

std::size_t bytes_of(const ChainRun& run) noexcept {
  return sizeof(ChainRun) + run.target.size() * 2 + run.user_agent.size() +
         run.user->groups.size() * sizeof(std::string) + run.steps.size() * sizeof(StepTimes);
}

/// Queued, batched and acknowledged, of two events.
constexpr std::size_t kUsualDeliveries = 6;

std::string_view constant_stage(const audit::Event& event) noexcept {
  const auto stage = audit::parse_stage(event.stage);
  return stage ? audit::to_string(*stage) : std::string_view();
}

/// Whether the event is the first one of another request than the record's.
bool begins(const RequestRecord& record, const audit::Event& event) noexcept {
  return record.ended() && event.stage == audit::to_string(audit::Stage::RequestReceived);
}

}  // namespace

/// The record that more of this ID belongs to.
RequestRecord* Ring::open(std::string_view audit_id) {
  const auto found = latest_.find(audit_id);
  if (found == latest_.end() || found->second < first_) return nullptr;
  return &records_[found->second - first_];
}

/// The record that has the event, or that more of its ID belongs to.
RequestRecord* Ring::record_of(const audit::Event& event) {
  const Place& place = places_[place_of(event)];
  if (place.event == &event && place.number >= first_) {
    RequestRecord& record = records_[place.number - first_];
    // Another event may have come to lie there since.
    if (record.event_of(event.stage) == &event) return &record;
  }
  return open(event.audit_id);
}

RequestRecord& Ring::make(std::string_view audit_id) {
  RequestRecord& record = records_.emplace_back();
  record.number = ++state_.last;
  record.audit_id = audit_id;
  latest_.erase(record.audit_id);  // its key would be an older record's
  latest_.emplace(record.audit_id, record.number);
  return record;
}

void Ring::changed(RequestRecord& record, std::size_t more_bytes) {
  record.version = ++state_.version;
  record.bytes += more_bytes;
  state_.bytes += more_bytes;
  changes_.push_back(record.number);
  if (changes_.size() > kChanges) changes_.pop_front();
  make_room();
}

void Ring::make_room() {
  while (records_.size() > 1 &&
         (records_.size() > limits_.requests || state_.bytes > limits_.bytes)) {
    const RequestRecord& oldest = records_.front();
    const auto found = latest_.find(oldest.audit_id);
    if (found != latest_.end() && found->second == oldest.number) latest_.erase(found);
    state_.bytes -= oldest.bytes;
    records_.pop_front();
    ++first_;
    ++state_.forgotten;
  }
}

void Ring::add(std::shared_ptr<const ChainRun> run) {
  const Lock lock(mutex_);
  RequestRecord* record = open(run->audit_id);
  if (record == nullptr || record->run) record = &make(run->audit_id);
  const std::size_t bytes = bytes_of(*run);
  record->run = std::move(run);
  changed(*record, bytes);
}

void Ring::add(audit::EventPtr event) {
  const Lock lock(mutex_);
  RequestRecord* record = open(event->audit_id);
  if (record == nullptr || record->event_of(event->stage) != nullptr || begins(*record, *event)) {
    record = &make(event->audit_id);
  }
  const bool is_whole = record->whole_of(event->stage) == event.get();
  const std::size_t bytes = is_whole ? 0 : audit::memory_of(*event);
  places_[place_of(*event)] = {event.get(), record->number};
  record->events.push_back(std::move(event));
  changed(*record, bytes);
}

void Ring::add_whole(audit::EventPtr event) {
  const Lock lock(mutex_);
  RequestRecord* record = open(event->audit_id);
  if (record == nullptr || record->whole_of(event->stage) != nullptr || begins(*record, *event)) {
    record = &make(event->audit_id);
  }
  const bool is_made = record->event_of(event->stage) == event.get();
  const std::size_t bytes = is_made ? 0 : audit::memory_of(*event);
  record->whole.push_back(std::move(event));
  changed(*record, bytes);
}

void Ring::add(const DeliveryNote& note) {
  const Lock lock(mutex_);
  for (const audit::EventPtr& event : note.events) {
    RequestRecord* const record = record_of(*event);
    if (record == nullptr) continue;
    if (record->deliveries.size() >= limits_.deliveries) {
      ++record->more_deliveries;
      changed(*record, 0);
      continue;
    }
    if (record->deliveries.empty()) record->deliveries.reserve(kUsualDeliveries);
    record->deliveries.push_back({note.step, note.backend, constant_stage(*event), note.batch,
                                  note.together, note.attempt, note.reason, note.at});
    changed(*record, sizeof(DeliveryEntry));
  }
}

const RequestRecord* Ring::at(std::uint64_t number) const {
  if (number < first_ || number >= first_ + records_.size()) return nullptr;
  return &records_[number - first_];
}

std::optional<RequestRecord> Ring::find(std::uint64_t number) const {
  const Lock lock(mutex_);
  const RequestRecord* const record = at(number);
  return record == nullptr ? std::nullopt : std::optional(*record);
}

std::optional<RequestRecord> Ring::find(std::string_view audit_id) const {
  const Lock lock(mutex_);
  const auto found = latest_.find(audit_id);
  if (found == latest_.end()) return std::nullopt;
  const RequestRecord* const record = at(found->second);
  return record == nullptr ? std::nullopt : std::optional(*record);
}

std::vector<const RequestRecord*> Ring::changed_after(std::uint64_t since) const {
  std::vector<const RequestRecord*> changed;
  if (since >= state_.version) return changed;
  const std::uint64_t before_known = state_.version - changes_.size();
  if (since < before_known) {
    for (const RequestRecord& record : records_) {
      if (record.version > since) changed.push_back(&record);
    }
    return changed;
  }
  for (std::uint64_t version = since + 1; version <= state_.version; ++version) {
    const RequestRecord* const record = at(changes_[version - before_known - 1]);
    if (record != nullptr && record->version == version) changed.push_back(record);
  }
  std::ranges::sort(changed, {}, &RequestRecord::number);
  return changed;
}

std::uint64_t Ring::visit_changed(std::uint64_t since, const Visit& visit) const {
  return visit_latest_changed(since, std::numeric_limits<std::size_t>::max(), visit).version;
}

Ring::Changes Ring::visit_latest_changed(std::uint64_t since, std::size_t limit,
                                         const Visit& visit) const {
  const Lock lock(mutex_);
  const std::vector<const RequestRecord*> changed = changed_after(since);
  const std::size_t skipped = changed.size() - std::min(changed.size(), limit);
  for (const RequestRecord* record : std::span(changed).subspan(skipped)) visit(*record);
  return {state_.version, skipped};
}

void Ring::visit(std::span<const std::uint64_t> numbers, const Visit& visit) const {
  const Lock lock(mutex_);
  for (const std::uint64_t number : numbers) {
    if (const RequestRecord* const record = at(number)) visit(*record);
  }
}

std::vector<std::uint64_t> Ring::in_batch(std::string_view backend, std::uint64_t batch,
                                          std::size_t limit) const {
  const Lock lock(mutex_);
  std::vector<std::uint64_t> numbers;
  for (const RequestRecord& record : records_) {
    if (numbers.size() == limit) break;
    const bool within = std::ranges::any_of(record.deliveries, [&](const DeliveryEntry& entry) {
      return entry.batch == batch && entry.backend == backend;
    });
    if (within) numbers.push_back(record.number);
  }
  return numbers;
}

Ring::State Ring::state() const {
  const Lock lock(mutex_);
  State state = state_;
  state.requests = records_.size();
  state.first = first_;
  return state;
}

}  // namespace kaudit::apiserver::explorer
