#include "cli/conformance/receiver/sent_ledger.hpp"

#include <algorithm>
#include <utility>

#include "base/json/compact_json.hpp"
#include "base/json/json_cursor.hpp"
#include "cli/conformance/receiver/canonical_json.hpp"

namespace kaudit::cli {
namespace {

struct Printed {
  EventKey key;
  std::string audit_id;
  std::string stage;
  std::vector<SentLedger::Member> members;
};

std::optional<Printed> print_of(std::string_view event) {
  const auto compact = compact_json(event);
  if (!compact) return std::nullopt;
  JsonCursor cursor(*compact);
  if (cursor.kind() != JsonCursor::Kind::Object) return std::nullopt;
  Printed printed;
  std::string received;
  for (bool more = cursor.enter(); more; more = cursor.next()) {
    const std::string name(cursor.key());
    const std::string_view value = cursor.skip();
    const auto text = [value] {
      JsonCursor string(value);
      return string.kind() == JsonCursor::Kind::String ? string.string() : std::string();
    };
    if (name == "auditID") printed.audit_id = text();
    if (name == "stage") printed.stage = text();
    if (name == "requestReceivedTimestamp") received = text();
    printed.members.push_back({name, bytes_key(canonical_json(value))});
  }
  if (printed.audit_id.empty()) return std::nullopt;
  printed.key = event_key("", printed.audit_id, printed.stage, received);
  return printed;
}

/// The name of the first member that is not there or another one; what is there besides is the
/// backend's own.
std::string first_altered(const std::vector<SentLedger::Member>& sent,
                          const std::vector<SentLedger::Member>& stored) {
  for (const auto& member : sent) {
    const auto found = std::ranges::find(stored, member.name, &SentLedger::Member::name);
    if (found == stored.end()) return member.name + " is missing";
    if (found->value != member.value) return member.name + " differs";
  }
  return "";
}

}  // namespace

void SentLedger::add(std::string_view check, const std::string& event, Standing standing) {
  auto printed = print_of(event);
  if (!printed) return;
  const Lock lock(mutex_);
  const auto [found, fresh] = sent_.try_emplace(printed->key);
  Sent& sent = found->second;
  if (!fresh) {
    ++sent.times;
    if (standing == Standing::Acknowledged) sent.standing = standing;
    return;
  }
  sent.check = check;
  sent.standing = standing;
  sent.audit_id = std::move(printed->audit_id);
  sent.stage = std::move(printed->stage);
  sent.members = std::move(printed->members);
}

void SentLedger::begin_comparison() {
  const Lock lock(mutex_);
  for (auto& [key, sent] : sent_) {
    sent.copies = 0;
    sent.altered.clear();
  }
}

bool SentLedger::compare(std::string_view line) {
  const auto printed = print_of(line);
  if (!printed) return false;
  const Lock lock(mutex_);
  const auto found = sent_.find(printed->key);
  if (found == sent_.end()) return false;
  Sent& sent = found->second;
  ++sent.copies;
  if (sent.altered.empty()) sent.altered = first_altered(sent.members, printed->members);
  return true;
}

std::size_t SentLedger::size() const {
  const Lock lock(mutex_);
  return sent_.size();
}

bool SentLedger::is_complete() const {
  const Lock lock(mutex_);
  return std::ranges::all_of(sent_, [](const auto& entry) {
    return entry.second.standing != Standing::Acknowledged || entry.second.copies > 0;
  });
}

void SentLedger::each(const std::function<void(const Sent&)>& look) const {
  const Lock lock(mutex_);
  for (const auto& [key, sent] : sent_) look(sent);
}

}  // namespace kaudit::cli
