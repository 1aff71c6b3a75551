#include "cli/generate/event_stream.hpp"

namespace kaudit::cli {
namespace {

using audit::Level;
using audit::Stage;

/// So many requests without one that is recorded mean that none ever is.
constexpr std::uint64_t kMostInVain = 5'000'000;
constexpr std::uint64_t kObjects = 400;

bool wants(const audit::Decision& decision, Stage stage) {
  return !decision.omit_stages.contains(stage);
}

}  // namespace

EventStream::EventStream(const Traffic& traffic, std::uint64_t seed, std::int64_t start_us,
                         const audit::Evaluator* evaluator)
    : traffic_(traffic),
      evaluator_(evaluator),
      maker_(traffic),
      random_(seed),
      next_request_us_(start_us),
      resource_version_(1'000'000 + scrambled(seed) % 1'000'000) {
  for (std::size_t i = 0; i < traffic.patterns.size(); ++i) {
    const Pattern& pattern = traffic.patterns[i];
    const bool path = pattern.where == Where::Path;
    long_running_.push_back(
        audit::long_running(!path, pattern.verb, pattern.subresource, path ? pattern.resource : "")
            ? 1
            : 0);
    by_weight_.insert(by_weight_.end(), traffic.patterns[i].weight, static_cast<std::uint16_t>(i));
  }
}

MadeRequest EventStream::make_request() {
  MadeRequest request;
  request.pattern = by_weight_[random_.below(by_weight_.size())];
  const Pattern& pattern = traffic_.patterns[request.pattern];
  request.actor = static_cast<std::uint32_t>(pattern.first_actor + random_.below(pattern.actors));
  request.id_high = random_.next();
  request.id_low = random_.next();
  request.ns = static_cast<std::uint32_t>(random_.below(64));
  request.object = pattern.naming == Naming::Random ? random_.next() : random_.below(kObjects);
  request.resource_version = resource_version_++;
  request.received_us = next_request_us_;
  // Nothing is answered at once: a fifth of the mean, and what chance adds.
  const std::uint64_t least = pattern.mean_us / 5 + 50;
  request.ends_us =
      request.received_us +
      static_cast<std::int64_t>(least + random_.exponential(pattern.mean_us - pattern.mean_us / 5));
  const std::uint64_t luck = random_.below(1000);
  if (pattern.failed_login) {
    request.ending = Ending::FailedLogin;
  } else if (luck < pattern.forbidden) {
    request.ending = Ending::Forbidden;
  } else if (luck < pattern.forbidden + pattern.conflicts) {
    request.ending = Ending::Conflict;
  } else if (luck < pattern.forbidden + pattern.conflicts + pattern.not_found) {
    request.ending = Ending::NotFound;
  }
  return request;
}

std::uint32_t EventStream::keep(const MadeRequest& request) {
  if (free_.empty()) {
    open_.push_back(request);
    return static_cast<std::uint32_t>(open_.size() - 1);
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  open_[slot] = request;
  return slot;
}

void EventStream::plan(std::uint32_t slot, Stage stage, std::int64_t at_us) {
  due_.push({at_us, order_++, slot, stage});
}

/// The request that comes next begins; its stages are planned as far as they are recorded.
void EventStream::begin() {
  MadeRequest request = make_request();
  ++requests_;
  next_request_us_ += 1 + static_cast<std::int64_t>(random_.exponential(traffic_.mean_gap_us));
  request.decision = {Level::Metadata, {}, false, 0};
  if (evaluator_ != nullptr) request.decision = evaluator_->evaluate(maker_.attributes(request));
  if (request.decision.level == Level::None) return;
  const bool long_running = long_running_[request.pattern] != 0;
  const bool failed_login = request.ending == Ending::FailedLogin;
  // A long-running request that is refused ends at once.
  const bool refused = request.ending != Ending::Fine && request.ending != Ending::FailedLogin;
  const std::int64_t started = request.received_us + 900;
  if (failed_login) request.ends_us = started;
  if (long_running && refused) request.ends_us = started + 100;
  if (long_running && request.ends_us < started + 100) request.ends_us = started + 100;
  const bool first = !failed_login && wants(request.decision, Stage::RequestReceived);
  const bool second =
      (long_running || failed_login) && wants(request.decision, Stage::ResponseStarted);
  const bool last = !failed_login && wants(request.decision, Stage::ResponseComplete);
  if (!first && !second && !last) return;
  const std::uint32_t slot = keep(request);
  if (first) plan(slot, Stage::RequestReceived, request.received_us);
  if (second) plan(slot, Stage::ResponseStarted, started);
  // Planned in any case: then its place is free again.
  plan(slot, failed_login ? Stage::ResponseStarted : Stage::ResponseComplete,
       request.ends_us + (failed_login ? 1 : 0));
}

const audit::Event* EventStream::next() {
  std::uint64_t in_vain = 0;
  for (;;) {
    while (due_.empty() || due_.top().at_us >= next_request_us_) {
      begin();
      if (++in_vain > kMostInVain) return nullptr;
    }
    const Due due = due_.top();
    due_.pop();
    const MadeRequest request = open_[due.slot];
    const bool failed_login = request.ending == Ending::FailedLogin;
    const bool last =
        failed_login ? due.at_us > request.ends_us : due.stage == Stage::ResponseComplete;
    if (last) {
      free_.push_back(due.slot);
      if (failed_login || !wants(request.decision, Stage::ResponseComplete)) continue;
    }
    now_us_ = due.at_us;
    return &maker_.make(request, due.stage, due.at_us);
  }
}

}  // namespace kaudit::cli
