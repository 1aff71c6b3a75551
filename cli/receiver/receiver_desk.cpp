#include "cli/receiver/receiver_desk.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/crypto.h>

#include "base/client/response_text.hpp"
#include "base/text/ascii.hpp"
#include "base/text/hex.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::cli {
namespace {

constexpr std::size_t kLongestPath = 1024;
constexpr std::size_t kMostOrderedSources = 100;

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

WireAnswer refused(int status, const std::string& why) {
  WireAnswer answer(status, why + "\n");
  answer.headers.add("Content-Type", "text/plain; charset=utf-8");
  return answer;
}

std::string hex_of(const EventKey& key) {
  std::string out;
  for (const std::uint64_t word : key.words) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      append_hex(out, static_cast<char>((word >> static_cast<unsigned>(shift)) & 0xFFU));
    }
  }
  return out;
}

std::int64_t microseconds_of(Timestamp time) {
  return time.seconds * 1'000'000 + time.nanoseconds / 1000;
}

/// What was done on command, for the notes; empty when nothing was.
std::string name_of(const FaultEffect& effect) {
  std::string out;
  const auto add = [&out](const std::string& term) { out += (out.empty() ? "" : ",") + term; };
  if (effect.status != 0) add("status=" + std::to_string(effect.status));
  if (effect.delay.count() > 0) add("delay");
  switch (effect.cut) {
    case Cut::None:
      break;
    case Cut::ResetBefore:
      add("reset=before");
      break;
    case Cut::ResetAfter:
      add("reset=after");
      break;
    case Cut::ResetBody:
      add("reset=body");
      break;
    case Cut::Close:
      add("close");
      break;
    case Cut::Hang:
      add("hang");
      break;
    case Cut::Garbage:
      add("garbage");
      break;
    case Cut::Endless:
      add("endless");
      break;
  }
  if (!effect.content_type.empty()) add("content-type");
  if (effect.interim > 0) add("interim");
  if (effect.slow_read > 0) add("slow-read");
  if (effect.handling == Handling::Forgotten) add("forget");
  if (effect.handling == Handling::Unparsed) add("unparsed");
  return out;
}

}  // namespace

ReceiverDesk::ReceiverDesk(EventStore& store, FaultPlan& faults, EventPrinter& printer,
                           std::string token, const ReceiverTls* tls)
    : store_(store), faults_(faults), printer_(printer), token_(std::move(token)), tls_(tls) {}

WireHandler::Welcome ReceiverDesk::on_connection(std::uint64_t open) {
  const FaultEffect effect = faults_.at_connection();
  {
    const Lock lock(mutex_);
    figures_.add_connection();
  }
  if (effect.connections > 0 && open > effect.connections) {
    return {Welcome::Kind::Refused};
  }
  if (tls_ == nullptr) return {};
  return {Welcome::Kind::Tls, tls_->context(effect.certificate), effect.certificate};
}

void ReceiverDesk::on_tls_failure(const std::string& /*reason*/) {
  const Lock lock(mutex_);
  figures_.add_tls_failure();
}

std::optional<WireAnswer> ReceiverDesk::refusal_of(const WireRequest& request) const {
  const auto& headers = request.head.headers;
  if (!token_.empty()) {
    const std::string_view shown = headers.first("Authorization").value_or("");
    constexpr std::string_view kBearer = "Bearer ";
    const bool is_bearer = shown.size() > kBearer.size() &&
                           equals_ignoring_case(shown.substr(0, kBearer.size()), kBearer);
    if (!is_bearer || !is_same_secret(shown.substr(kBearer.size()), token_)) {
      WireAnswer answer = refused(401, "a bearer token is needed");
      answer.headers.add("WWW-Authenticate", "Bearer");
      return answer;
    }
  }
  if (request.path.size() > kLongestPath) return refused(414, "the path is too long");
  if (request.head.method != "POST") {
    WireAnswer answer = refused(405, "POST an EventList");
    answer.headers.add("Allow", "POST");
    return answer;
  }
  const std::string_view type = headers.first("Content-Type").value_or("");
  if (!equals_ignoring_case(client::media_type(type), "application/json")) {
    return refused(415, "Content-Type must be application/json");
  }
  const std::string_view encoding = headers.first("Content-Encoding").value_or("identity");
  if (!equals_ignoring_case(encoding, "identity")) {
    return refused(415, "a body that is encoded (" + visible(encoding) + ") is not read");
  }
  return std::nullopt;
}

WireHandler::HeadVerdict ReceiverDesk::on_head(const WireRequest& request) {
  HeadVerdict verdict{faults_.at_head(request.path), refusal_of(request)};
  if (verdict.refusal) {
    BatchRecord record = record_of(request);
    record.status = verdict.refusal->status;
    note(record);
  }
  return verdict;
}

void ReceiverDesk::on_unread(const WireRequest& request, int status) {
  BatchRecord record = record_of(request);
  record.status = status;
  note(record);
}

BatchRecord ReceiverDesk::record_of(const WireRequest& request) const {
  BatchRecord record;
  append_rfc3339(record.time, Timestamp::now(), TimeForm::MicroTime);
  record.source = visible(request.path.substr(0, kLongestPath));
  if (!request.peer_name.empty()) record.source += " " + visible(request.peer_name);
  record.bytes = request.body.size();
  return record;
}

WireAnswer ReceiverDesk::on_request(WireRequest& request) {
  FaultEffect effect = request.effect;
  effect.add(faults_.at_body(request.path, request.body));
  BatchRecord record = record_of(request);
  record.hash = hex_of(bytes_key(request.body));
  record.fault = name_of(effect);
  WireAnswer answer = take(request, record, effect);
  answer.effect = effect;
  return answer;
}

WireAnswer ReceiverDesk::take(WireRequest& request, BatchRecord& record,
                              const FaultEffect& effect) {
  const int wanted = effect.status != 0 ? effect.status : 200;
  const bool cut = effect.cut != Cut::None;
  record.status = cut ? 0 : wanted;
  if (!effect.lets_pass() || effect.handling == Handling::Forgotten) {
    note(record);
    return WireAnswer(wanted);
  }
  const std::int64_t arrival = microseconds_of(Timestamp::now());
  const auto list = read_event_list(request.body, record.source);
  request.body = std::string();  // the list has its own
  if (!list) {
    const bool pass = effect.handling == Handling::Unparsed;
    record.status = cut ? 0 : pass ? wanted : 400;
    note(record);
    return pass ? WireAnswer(wanted) : refused(400, list.error().message);
  }
  look_at_order(*list, record, arrival);
  std::string fresh;
  const bool shows = printer_.output() != EventOutput::Quiet;
  if (auto stored = store_.append(*list, record, shows ? &fresh : nullptr); !stored) {
    record.status = cut ? 0 : 500;
    note(record);
    return refused(500, stored.error().message);
  }
  {
    const Lock lock(mutex_);
    figures_.add(record);
  }
  WireAnswer answer(wanted);
  answer.afterwards = [this, fresh = std::move(fresh)] { printer_.print_events(fresh); };
  return answer;
}

void ReceiverDesk::look_at_order(const EventList& list, BatchRecord& record, std::int64_t arrival) {
  const Lock lock(mutex_);
  if (newest_.size() >= kMostOrderedSources && !newest_.contains(record.source)) return;
  std::int64_t& newest = newest_[record.source];
  std::int64_t last = 0;
  for (const ListedEvent& event : list.events) {
    if (!event.time) continue;
    if (*event.time < newest) ++record.unordered;
    newest = std::max(newest, *event.time);
    last = std::max(last, *event.time);
  }
  if (last > 0) record.lag = std::max<std::int64_t>(arrival - last, 0);
}

void ReceiverDesk::note(const BatchRecord& record) {
  store_.note(record);
  const Lock lock(mutex_);
  figures_.add(record);
}

nlohmann::ordered_json ReceiverDesk::report() const {
  nlohmann::ordered_json report;
  {
    const Lock lock(mutex_);
    report = figures_.json();
  }
  nlohmann::ordered_json faults = nlohmann::ordered_json::array();
  for (const auto& state : faults_.states()) {
    faults.push_back({{"id", state.id}, {"spec", state.spec}, {"hits", state.hits}});
  }
  report["faults"] = std::move(faults);
  if (!store_.path().empty()) {
    report["store"] = {{"path", store_.path()},
                       {"bytes", store_.size()},
                       {"eventsAtStart", store_.found().events},
                       {"cutBytes", store_.found().cut_bytes},
                       {"unreadableLines", store_.found().unreadable},
                       {"syncs", store_.fdatasyncs()}};
  }
  return report;
}

std::string ReceiverDesk::report_text() const {
  std::string text;
  {
    const Lock lock(mutex_);
    text = figures_.text();
  }
  for (const auto& state : faults_.states()) {
    text += "fault          " + state.spec + " (" + std::to_string(state.hits) + " times)\n";
  }
  return text;
}

}  // namespace kaudit::cli
