#include "cli/conformance/stage_ledger.hpp"

#include <utility>

#include "audit/long_running.hpp"

namespace kaudit::cli {
namespace {

using audit::Stage;

constexpr std::size_t kSeen = 1U << 20U;  // 8 MiB
constexpr std::size_t kMostKindsOfRequests = 10'000;

/// FNV-1a, with the length between texts.
class Fingerprint {
 public:
  void add(std::string_view text) noexcept {
    add(text.size());
    for (const char c : text) mix(static_cast<unsigned char>(c));
  }
  void add(std::uint64_t number) noexcept {
    for (int i = 0; i < 8; ++i) mix((number >> (8U * static_cast<unsigned>(i))) & 0xffU);
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  void mix(std::uint64_t byte) noexcept {
    value_ ^= byte;
    value_ *= 0x100000001b3U;
  }
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

void add_user(Fingerprint& print, const audit::UserInfo& user) {
  print.add(user.username);
  print.add(user.uid);
  for (const std::string& group : user.groups) print.add(group);
}

std::uint64_t constant_of(const audit::Event& event) {
  Fingerprint print;
  print.add(event.level);
  print.add(event.request_uri);
  print.add(event.verb);
  add_user(print, event.user);
  for (const std::string& address : event.source->ips) print.add(address);
  print.add(event.source->user_agent);
  return print.value();
}

std::string kind_name(const audit::Event& event) {
  std::string name = std::string(event.level) + " " + event.verb + " " + event.user->username;
  if (event.object_ref) {
    name += " " + event.object_ref->api_group + "/" + event.object_ref->resource + "/" +
            event.object_ref->subresource + " " + event.object_ref->ns;
  } else {
    name += " " + event.request_uri.substr(0, event.request_uri.find('?')).substr(0, 128);
  }
  return name;
}

bool is_long_running(const audit::Event& event) {
  const bool resource = event.object_ref.has_value();
  return audit::long_running(resource, event.verb,
                             resource ? std::string_view(event.object_ref->subresource) : "",
                             event.request_uri);
}

bool ends(const audit::Event& event, Stage stage) {
  // A failed login has one event, ResponseStarted.
  return stage == Stage::ResponseComplete || stage == Stage::Panic ||
         (stage == Stage::ResponseStarted && event.user->username.empty());
}

/// Of a request that has ended.
std::uint64_t ended_print(std::string_view audit_id, const Timestamp& received) {
  Fingerprint print;
  print.add("ended");
  print.add(audit_id);
  print.add(static_cast<std::uint64_t>(received.seconds));
  print.add(received.nanoseconds);
  return print.value();
}

std::int64_t seconds_between(const Timestamp& from, const Timestamp& to) {
  return to.seconds - from.seconds;
}

}  // namespace

StageLedger::StageLedger(CheckReport& report) : report_(report), seen_(kSeen) {}

/// Whether the fingerprint is among those of late, and from now on it is.
bool StageLedger::note(std::uint64_t fingerprint) {
  const std::uint64_t value = fingerprint | 1U;  // 0 is an empty place
  return std::exchange(seen_[(value >> 20U) % kSeen], value) == value;
}

bool StageLedger::has_ended(std::string_view audit_id, const Timestamp& received) const {
  const std::uint64_t value = ended_print(audit_id, received) | 1U;
  return seen_[(value >> 20U) % kSeen] == value;
}

bool StageLedger::is_duplicate(const audit::Event& event, Stage stage) {
  Fingerprint print;
  print.add(event.audit_id);
  print.add(static_cast<std::uint64_t>(stage));
  print.add(static_cast<std::uint64_t>(event.request_received_timestamp.seconds));
  print.add(event.request_received_timestamp.nanoseconds);
  print.add(static_cast<std::uint64_t>(event.stage_timestamp.seconds));
  print.add(event.stage_timestamp.nanoseconds);
  print.add(constant_of(event));
  return note(print.value());
}

StageLedger::Kind* StageLedger::kind_of(const std::string& name) {
  const auto found = kinds_.find(name);
  if (found != kinds_.end()) return &found->second;
  if (kinds_.size() == kMostKindsOfRequests) return nullptr;
  return &kinds_.emplace(name, Kind{}).first->second;
}

void StageLedger::take(const audit::Event& event, Stage stage, const FindingPlace& place) {
  if (event.audit_id.empty()) return;
  if (first_.is_zero()) first_ = event.stage_timestamp;
  if (event.stage_timestamp.seconds > latest_.seconds) latest_ = event.stage_timestamp;
  if (is_duplicate(event, stage)) {
    report_.fail("stages.once", "the same event as before: " + std::string(event.stage), place);
    return;
  }
  Request* request = open_.find(event.audit_id);
  if (request != nullptr && !(request->received == event.request_received_timestamp)) {
    report_.fail("stages.reused-id", "another request with the auditID of one that is not finished",
                 place);
    open_.erase(event.audit_id);
    request = nullptr;
  }
  const std::uint64_t constant = constant_of(event);
  const bool begun = request != nullptr;
  if (!begun && has_ended(std::string_view(event.audit_id).substr(0, 256),
                          event.request_received_timestamp)) {
    report_.fail("stages.order",
                 std::string(event.stage) + " stands behind the last event of its request", place);
    return;
  }
  Request fresh;
  if (!begun) {
    fresh.constant = constant;
    fresh.received = event.request_received_timestamp;
    fresh.received_seen = stage == Stage::RequestReceived;
    fresh.long_running = is_long_running(event);
    fresh.audit_id = event.audit_id.substr(0, 256);
    fresh.file = place.file;
    fresh.line = place.line;
    fresh.kind = kind_name(event);
    request = &fresh;
  } else {
    if (request->constant != constant) {
      report_.fail("stages.same",
                   std::string(event.stage) +
                       " differs from the stage before in its level, requestURI, verb, "
                       "user, sourceIPs or userAgent",
                   place);
    }
    if (stage <= request->last) {
      report_.fail(
          "stages.order",
          std::string(event.stage) + " stands behind " + std::string(to_string(request->last)),
          place);
      request->received_seen = request->received_seen || stage == Stage::RequestReceived;
    }
  }
  request->last = stage;
  if (ends(event, stage)) {
    ended(*request);
    if (begun) open_.erase(event.audit_id);
    return;
  }
  if (!begun) {
    open_.add(event.audit_id, std::move(fresh),
              [this](const Request& oldest) { given_up(oldest); });
  }
}

void StageLedger::ended(const Request& request) {
  note(ended_print(request.audit_id, request.received));
  Kind* const kind = kind_of(request.kind);
  if (kind == nullptr) return;
  if (request.received_seen) {
    kind->received = true;
    return;
  }
  // It may have been received before the log begins. A failed login is never received.
  const bool in_log = seconds_between(first_, request.received) > 0;
  if (!in_log || request.last == Stage::ResponseStarted) return;
  if (kind->missing++ == 0) {
    kind->audit_id = request.audit_id;
    kind->file = request.file;
    kind->line = request.line;
  }
}

void StageLedger::given_up(const Request& request) {
  // A minute is what a request may take that is not long-running.
  constexpr std::int64_t kLongest = 60;
  if (request.long_running || seconds_between(request.received, latest_) <= kLongest) return;
  report_.fail("stages.complete", "received, but neither ResponseComplete nor Panic follows",
               {request.file, request.line, request.audit_id});
}

void StageLedger::finish() {
  open_.drain([this](const Request& request) { given_up(request); });
  for (const auto& [name, kind] : kinds_) {
    if (!kind.received || kind.missing == 0) continue;
    report_.fail("stages.received",
                 std::to_string(kind.missing) + " of `" + name +
                     "` end without RequestReceived, which others of them have",
                 {kind.file, kind.line, kind.audit_id});
  }
}

}  // namespace kaudit::cli
