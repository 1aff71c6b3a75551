#include <chrono>
#include <string>
#include <string_view>

#include "base/text/duration.hpp"
#include "cli/conformance/sender/sender_connections.hpp"
#include "cli/conformance/sender/sender_play.hpp"
#include "cli/conformance/sender/sender_retries.hpp"
#include "cli/conformance/sender/sender_run.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::milliseconds;
using View = SenderDesk::View;

Result<void> first_contact(SenderPlay& play) {
  const auto view =
      play.play({SenderStep::answering(200)}, &View::is_taken, SenderPlay::Untaken::Expected);
  if (!view) return tl::unexpected(*play.trouble());
  if (!view->requests.empty()) return {};
  return fail("no request came within " + duration_text(play.options().patience) +
              ": does the sender use the kubeconfig, and does its policy record what "
              "--drive-command does?" +
              (view->tls_failures > 0 ? " Its TLS handshakes failed" : ""));
}

/// The first batch's first answer is a success, and that has to be the end of it. `quiet`: longer
/// than the sender has paused so far.
void check_success(SenderPlay& play, milliseconds quiet, std::string_view check,
                   const SenderStep& step) {
  if (!play.wants(check)) return;
  const auto view = play.play({step, SenderStep::answering(200)});
  if (!view) return;
  // A sender that takes it for a failure sends it again after a pause as it was seen before.
  play.desk().wait(quiet, [](const View& now) { return now.tries().size() > 1; });
  const auto tries = play.desk().view().tries();
  if (tries.empty()) {
    play.report().fail(check, "no batch came");
  } else if (tries.size() > 1) {
    play.report().fail(check, "the batch came again");
  } else {
    play.report().pass(check);
  }
}

void check_successes(SenderPlay& play, milliseconds quiet) {
  check_success(play, quiet, "success.created", SenderStep::answering(201));
  check_success(play, quiet, "success.no-content", SenderStep::answering(204));
  SenderStep html = SenderStep::answering(200);
  html.effect.content_type = "text/html; charset=utf-8";
  check_success(play, quiet, "success.foreign-body", html);
  SenderStep interim = SenderStep::answering(200);
  interim.effect.interim = 2;
  check_success(play, quiet, "success.interim", interim);
}

void check_redirect(SenderPlay& play, const RedirectTrap& trap) {
  constexpr std::string_view kNotFollowed = "redirect.not-followed";
  constexpr std::string_view kStay = "credentials.stay";
  if (!play.wants(kNotFollowed) && !play.wants(kStay)) return;
  SenderStep moved = SenderStep::answering(302);
  moved.effect.redirect = play.options().elsewhere;
  const auto view = play.play(
      {moved, SenderStep::answering(200)},
      [&trap](const View& now) { return now.is_taken() || !trap.methods().empty(); },
      SenderPlay::Untaken::Expected);
  if (!view) return;
  const auto methods = trap.methods();
  if (!methods.empty()) {
    play.report().fail(kNotFollowed,
                       "a " + methods.front() + " came to where the redirect pointed");
  } else if (!view->is_taken()) {
    play.count_lost();
    play.report().fail(kNotFollowed, "the batch did not come again");
  } else {
    play.report().pass(kNotFollowed);
  }
  if (trap.saw_credentials()) {
    play.report().fail(kStay, "Authorization came to another port");
  } else {
    play.report().pass(kStay);
  }
}

void check_nothing_lost(SenderPlay& play) {
  constexpr std::string_view kCheck = "balance.nothing-lost";
  if (play.lost() == 0) {
    play.report().pass(kCheck);
  } else {
    play.report().fail(kCheck,
                       std::to_string(play.lost()) + " batches were refused and never taken");
  }
}

}  // namespace

Result<void> run_sender_suite(SenderDesk& desk, const RedirectTrap& trap, CheckReport& report,
                              const SenderRunOptions& options) {
  SenderPlay play(desk, report, options);
  SenderRetries retries(play);
  if (auto began = first_contact(play); !began) return began;
  retries.check_failures();
  check_successes(play, retries.quiet());  // behind them: how long a sender pauses is known then
  retries.check_retry_after();
  check_redirect(play, trap);
  check_reuse(play);
  check_others_go_on(play);
  check_certificates(play);
  retries.check_no_answer();
  retries.check_gives_up();
  if (play.trouble()) return tl::unexpected(*play.trouble());
  const auto all = desk.all();
  check_requests(all, report, options);
  check_balance(all, report);
  retries.check_same_body();
  check_nothing_lost(play);
  return {};
}

}  // namespace kaudit::cli
