#include "cli/conformance/sender/sender_desk.hpp"

#include <algorithm>
#include <utility>

#include "cli/receiver/event_list.hpp"

namespace kaudit::cli {
namespace {

constexpr std::chrono::seconds kLongestHold{25};  // below the 30 s of a sender's patience
constexpr std::size_t kMostSeen = 100'000;

}  // namespace

SenderStep SenderStep::answering(int status) {
  SenderStep step;
  step.effect.status = status;
  return step;
}

SenderStep SenderStep::cutting(Cut cut) {
  SenderStep step;
  step.effect.cut = cut;
  return step;
}

std::vector<SeenRequest> SenderDesk::View::tries() const {
  std::vector<SeenRequest> tries;
  for (const SeenRequest& request : requests) {
    if (request.is_victim) tries.push_back(request);
  }
  return tries;
}

bool SenderDesk::View::is_taken() const {
  return std::ranges::any_of(
      requests, [](const SeenRequest& request) { return request.is_victim && request.taken; });
}

WireHandler::Welcome SenderDesk::on_connection(std::uint64_t /*open*/) {
  const Lock lock(mutex_);
  return {Welcome::Kind::Tls, tls_.context(shown_), shown_};
}

void SenderDesk::on_tls_failure(const std::string& /*reason*/) {
  const Lock lock(mutex_);
  ++tls_failures_;
  changed_.notify_all();
}

void SenderDesk::begin(std::vector<SenderStep> steps) {
  const Lock lock(mutex_);
  steps_ = std::move(steps);
  tries_ = 0;
  victim_.clear();
  has_victim_ = false;
  released_ = false;
  first_ = seen_.size();
  tls_failures_ = 0;
}

void SenderDesk::show(ShownCertificate shown) {
  const Lock lock(mutex_);
  shown_ = shown;
}

void SenderDesk::release() {
  const Lock lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

SenderDesk::View SenderDesk::view_locked() const {
  return {{seen_.begin() + static_cast<std::ptrdiff_t>(first_), seen_.end()}, tls_failures_};
}

SenderDesk::View SenderDesk::view() const {
  const Lock lock(mutex_);
  return view_locked();
}

std::vector<SeenRequest> SenderDesk::all() const {
  const Lock lock(mutex_);
  return seen_;
}

bool SenderDesk::wait(std::chrono::milliseconds patience,
                      const std::function<bool(const View&)>& holds) {
  Lock lock(mutex_);
  return changed_.wait_for(
      lock, patience, [this, &holds]() KAUDIT_REQUIRES(mutex_) { return holds(view_locked()); });
}

bool SenderDesk::is_of_victim(const std::vector<EventKey>& keys) const {
  return std::ranges::any_of(keys, [this](const EventKey& key) KAUDIT_REQUIRES(mutex_) {
    return std::ranges::find(victim_, key) != victim_.end();
  });
}

WireAnswer SenderDesk::on_request(WireRequest& request) {
  SeenRequest seen;
  seen.connection = request.connection;
  seen.method = request.head.method;
  seen.target = request.head.target;
  seen.headers = request.head.headers;
  seen.begun = request.begun;
  seen.body = bytes_key(request.body);
  seen.certificate = request.certificate;
  if (const auto list = read_event_list(request.body, "")) {
    for (const ListedEvent& event : list->events) {
      if (event.key) seen.keys.push_back(*event.key);
    }
  } else {
    seen.not_a_list = list.error().message;
  }
  Lock lock(mutex_);
  SenderStep step;
  if (seen.method == "POST" && seen.not_a_list.empty() && !seen.keys.empty()) {
    if (!has_victim_ && !steps_.empty()) {
      has_victim_ = true;
      victim_ = seen.keys;
    }
    if (has_victim_ && is_of_victim(seen.keys)) {
      seen.is_victim = true;
      step = steps_[std::min(tries_, steps_.size() - 1)];
      ++tries_;
    }
  }
  // A body that cannot be parsed for a Content-Type is no success for an API server.
  seen.taken =
      step.effect.lets_pass() && step.effect.cut == Cut::None && step.effect.content_type != ";";
  if (seen_.size() < kMostSeen) seen_.push_back(std::move(seen));
  changed_.notify_all();
  if (step.waits_for_other) {
    changed_.wait_for(lock, kLongestHold, [this]() KAUDIT_REQUIRES(mutex_) { return released_; });
  }
  WireAnswer answer(step.effect.status != 0 ? step.effect.status : 200);
  answer.effect = step.effect;
  answer.closes = step.closes;
  return answer;
}

WireHandler::HeadVerdict RedirectTrap::on_head(const WireRequest& request) {
  const Lock lock(mutex_);
  methods_.push_back(request.head.method);
  credentials_ = credentials_ || request.head.headers.has("Authorization");
  return {};
}

std::vector<std::string> RedirectTrap::methods() const {
  const Lock lock(mutex_);
  return methods_;
}

bool RedirectTrap::saw_credentials() const {
  const Lock lock(mutex_);
  return credentials_;
}

}  // namespace kaudit::cli
