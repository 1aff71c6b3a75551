#include "cli/conformance/sender/sender_retries.hpp"

#include <algorithm>
#include <utility>

#include "base/text/duration.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

milliseconds pause_between(const SeenRequest& a, const SeenRequest& b) {
  return std::chrono::duration_cast<milliseconds>(b.begun - a.begun);
}

}  // namespace

void SenderRetries::look_at_tries(const std::vector<SeenRequest>& tries) {
  for (std::size_t i = 1; i < tries.size(); ++i) {
    quiet_ = std::max(quiet_, 2 * pause_between(tries[i - 1], tries[i]));
    if (tries[i].body != tries[0].body) other_bodies_ = true;
    any_retry_ = true;
  }
}

void SenderRetries::check_retry(std::string_view check, std::vector<SenderStep> steps) {
  if (!play_.wants(check)) return;
  const std::size_t failures = steps.size();
  steps.push_back(SenderStep::answering(200));
  const auto view = play_.play(std::move(steps));
  if (!view) return;
  const auto tries = view->tries();
  look_at_tries(tries);
  if (view->is_taken() && tries.size() > failures) {
    play_.report().pass(check, "taken at try " + std::to_string(tries.size()));
  } else {
    play_.report().fail(check, tries.empty() ? "no batch came"
                                             : "after try " + std::to_string(tries.size()) +
                                                   " it did not come again within " +
                                                   duration_text(play_.options().patience));
  }
}

void SenderRetries::check_failures() {
  check_retry("retry.server-error", {SenderStep::answering(500)});
  check_retry("retry.client-error",
              {SenderStep::answering(400), SenderStep::answering(404), SenderStep::answering(413)});
  check_retry("retry.reset", {SenderStep::cutting(Cut::ResetBefore)});
  check_retry("retry.closed", {SenderStep::cutting(Cut::Close)});
  check_retry("retry.half-answer", {SenderStep::cutting(Cut::ResetBody)});
  check_retry("retry.garbage", {SenderStep::cutting(Cut::Garbage)});
  SenderStep unreadable = SenderStep::answering(200);
  unreadable.effect.content_type = ";";
  check_retry("retry.unreadable-type", {unreadable});
  check_pauses();
}

void SenderRetries::check_pauses() {
  constexpr std::string_view kCheck = "retry.growing-pauses";
  if (!play_.wants(kCheck)) return;
  const auto view = play_.play({SenderStep::answering(500), SenderStep::answering(500),
                                SenderStep::answering(500), SenderStep::answering(200)});
  if (!view) return;
  const auto tries = view->tries();
  look_at_tries(tries);
  if (tries.size() < 4) {
    play_.report().skip(kCheck, "it did not come four times");
    return;
  }
  std::string pauses;
  for (std::size_t i = 1; i < tries.size(); ++i) {
    pauses += (i > 1 ? ", " : "") + duration_text(pause_between(tries[i - 1], tries[i]));
  }
  // Between the first and the last: jitter may hide the growth of a single one.
  const bool grow = pause_between(tries[2], tries[3]) > pause_between(tries[0], tries[1]);
  if (grow) {
    play_.report().pass(kCheck, pauses);
  } else {
    play_.report().fail(kCheck, "the pauses were " + pauses);
  }
}

void SenderRetries::check_retry_after() {
  constexpr std::string_view kCheck = "retry.retry-after";
  if (!play_.wants(kCheck)) return;
  SenderStep busy = SenderStep::answering(429);
  busy.effect.retry_after = "2";
  const auto view = play_.play({busy, SenderStep::answering(200)});
  if (!view) return;
  const auto tries = view->tries();
  if (tries.size() < 2) {
    play_.report().fail(kCheck, "the batch did not come again");
    return;
  }
  const auto pause = pause_between(tries[0], tries[1]);
  const std::string text = "asked for 2s, it came again after " + duration_text(pause);
  play_.report().decide(kCheck, pause >= milliseconds(1900), text);
}

void SenderRetries::check_no_answer() {
  constexpr std::string_view kCheck = "timeout.no-answer";
  if (!play_.wants(kCheck)) return;
  const auto view = play_.play({SenderStep::cutting(Cut::Hang), SenderStep::answering(200)});
  if (!view) return;
  const auto tries = view->tries();
  if (tries.size() < 2) {
    play_.report().fail(
        kCheck, "the batch did not come again within " + duration_text(play_.options().patience));
    return;
  }
  const auto pause = pause_between(tries[0], tries[1]);
  const std::string text = "it came again after " + duration_text(pause);
  play_.report().decide(kCheck, pause <= seconds(90), text);
}

void SenderRetries::check_gives_up() {
  constexpr std::string_view kCheck = "retry.gives-up";
  if (!play_.wants(kCheck)) return;
  constexpr std::size_t kTooOften = 60;  // 55 are what Retry-After can make of five
  play_.desk().begin({SenderStep::answering(500)});
  Drive drive = play_.drive();
  std::size_t count = 0;
  // Until it has not come again for longer than its pauses have ever been.
  while (count < kTooOften) {
    const auto tries = play_.desk().view().tries();
    milliseconds patience = play_.options().patience;
    if (tries.size() > 1) {
      patience = std::min<milliseconds>(
          patience, 3 * pause_between(tries[tries.size() - 2], tries.back()) + milliseconds(1000));
    }
    count = tries.size();
    if (!play_.desk().wait(patience, [count](const SenderDesk::View& now) {
          return now.tries().size() > count;
        })) {
      break;
    }
  }
  play_.end(drive);
  const std::string text = std::to_string(count) + " tries in all";
  if (count > 0 && count < kTooOften) {
    play_.report().pass(kCheck, text);
  } else {
    play_.report().fail(kCheck, count == 0 ? "no batch came" : "more than " + text);
  }
}

void SenderRetries::check_same_body() {
  constexpr std::string_view kCheck = "retry.same-body";
  if (!any_retry_) {
    play_.report().skip(kCheck, "no batch was tried twice");
  } else if (other_bodies_) {
    play_.report().fail(kCheck, "a batch came again with other bytes");
  } else {
    play_.report().pass(kCheck);
  }
}

}  // namespace kaudit::cli
