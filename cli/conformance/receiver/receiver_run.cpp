#include "cli/conformance/receiver/receiver_run.hpp"

#include <algorithm>

#include "base/text/duration.hpp"

namespace kaudit::cli {

bool ReceiverRun::any_wanted(std::initializer_list<std::string_view> checks) const {
  return std::ranges::any_of(checks, [this](std::string_view check) { return wanted(check); });
}

void ReceiverRun::note(std::string_view check, const std::vector<std::string>& events,
                       Standing standing) {
  for (const std::string& event : events) ledger_.add(check, event, standing);
}

ReceiverTarget::Delivery ReceiverRun::send(std::string_view check,
                                           const std::vector<std::string>& events,
                                           std::chrono::seconds patience) {
  auto delivery = target_.post(EventMaker::list(events), patience);
  look_at(delivery);
  note(check, events, delivery.delivered() ? Standing::Acknowledged : Standing::Uncertain);
  return delivery;
}

void ReceiverRun::look_at(const ReceiverTarget::Delivery& delivery) {
  slowest_ = std::max(slowest_, delivery.took);
  if (delivery.delivered()) return;
  if (delivery.status >= 200 && delivery.status <= 206) unreadable_ = *delivery.failure;
  if (delivery.status >= 300 && delivery.status < 400) redirected_ = *delivery.failure;
}

bool ReceiverRun::deliver(std::string_view check, const std::vector<std::string>& events) {
  if (!wanted(check)) return true;
  const auto delivery = send(check, events);
  if (delivery.delivered()) {
    report_.pass(check);
    return true;
  }
  report_.fail(check, *delivery.failure);
  return false;
}

std::string ReceiverRun::probe(std::string_view check, std::chrono::seconds patience) {
  const auto delivery = send(check, {maker_.event()}, patience);
  return delivery.failure.value_or("");
}

void ReceiverRun::decide_answers() {
  if (slowest_ >= std::chrono::seconds(30)) {
    report_.fail("answers.in-time", "no answer within 30 s");
  } else {
    report_.pass("answers.in-time", "the slowest took " + duration_text(slowest_));
  }
  if (unreadable_.empty()) {
    report_.pass("answers.readable");
  } else {
    report_.fail("answers.readable", unreadable_);
  }
  if (redirected_.empty()) {
    report_.pass("answers.no-redirect");
  } else {
    report_.fail("answers.no-redirect", redirected_);
  }
}

}  // namespace kaudit::cli
