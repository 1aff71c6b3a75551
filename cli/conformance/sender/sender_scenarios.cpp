#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text/duration.hpp"
#include "cli/conformance/sender/sender_run.hpp"
#include "cli/conformance/shell_run.hpp"

namespace kaudit::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using View = SenderDesk::View;

SenderStep answering(int status) {
  SenderStep step;
  step.effect.status = status;
  return step;
}

SenderStep cutting(Cut cut) {
  SenderStep step;
  step.effect.cut = cut;
  return step;
}

std::vector<SeenRequest> tries_of(const View& view) {
  std::vector<SeenRequest> tries;
  for (const SeenRequest& request : view.requests) {
    if (request.is_victim) tries.push_back(request);
  }
  return tries;
}

bool is_taken(const View& view) {
  return std::ranges::any_of(
      view.requests, [](const SeenRequest& request) { return request.is_victim && request.taken; });
}

milliseconds pause_between(const SeenRequest& a, const SeenRequest& b) {
  return std::chrono::duration_cast<milliseconds>(b.begun - a.begun);
}

/// The drive command, at work while it lives: in blocking mode it waits for what is answered.
class Drive {
 public:
  Drive(const std::string& command, seconds limit)
      : result_(std::async(std::launch::async,
                           [command, limit] { return run_shell(command, "", limit); })) {}
  /// It has ended, and not well: nothing will come of it.
  bool has_failed() {
    if (!code_ && result_.wait_for(seconds(0)) == std::future_status::ready) code_ = result_.get();
    return code_ && (!*code_ || **code_ != 0);
  }
  Result<void> end() {
    if (!code_) code_ = result_.get();
    const Result<int>& code = *code_;
    if (!code) return fail("--drive-command: " + code.error().message);
    if (*code != 0) return fail("--drive-command ended with exit code " + std::to_string(*code));
    return {};
  }

 private:
  std::future<Result<int>> result_;
  std::optional<Result<int>> code_;
};

class SenderSuite {
 public:
  SenderSuite(SenderDesk& desk, const RedirectTrap& trap, CheckReport& report,
              const SenderRunOptions& options)
      : desk_(desk), trap_(trap), report_(report), options_(options) {}

  Result<void> run() {
    if (auto began = first_contact(); !began) return began;
    retries();
    successes();  // behind them: how long a sender pauses is known then
    retry_after();
    redirect();
    connection_reuse();
    others_go_on();
    certificates();
    no_answer();
    gives_up();
    if (trouble_) return tl::unexpected(*trouble_);
    balance();
    return {};
  }

 private:
  /// Drives the sender once and waits until the batch that comes is taken, or `ends` holds. Nothing
  /// when a drive failed before: then there is nothing to find out any more.
  std::optional<View> play(std::vector<SenderStep> steps,
                           const std::function<bool(const View&)>& ends = is_taken) {
    if (trouble_) return std::nullopt;
    desk_.begin(std::move(steps));
    Drive drive(options_.drive_command, 3 * options_.patience);
    wait_for(drive, ends);
    View view = desk_.view();
    if (auto driven = drive.end(); !driven) {
      trouble_ = driven.error();
      return std::nullopt;
    }
    if (!is_taken(view)) ++lost_;
    return view;
  }

  /// Waits until `holds`, the patience is over or the drive has failed.
  void wait_for(Drive& drive, const std::function<bool(const View&)>& holds) {
    constexpr milliseconds kLookAtDrive{250};
    const auto end = client::SteadyTime::clock::now() + options_.patience;
    while (!desk_.wait(kLookAtDrive, holds) && !drive.has_failed() &&
           client::SteadyTime::clock::now() < end) {
    }
  }

  Result<void> first_contact() {
    const auto view = play({answering(200)});
    if (!view) return tl::unexpected(*trouble_);
    if (view->requests.empty()) {
      return fail("no request came within " + duration_text(options_.patience) +
                  ": does the sender use the kubeconfig, and does its policy record what "
                  "--drive-command does?" +
                  (view->tls_failures > 0 ? " Its TLS handshakes failed" : ""));
    }
    lost_ = 0;
    return {};
  }

  /// The first batch's first answer is a success, and that has to be the end of it.
  void check_success(std::string_view check, const SenderStep& step) {
    if (!report_.wanted(check)) return;
    const auto view = play({step, answering(200)});
    if (!view) return;
    // A sender that takes it for a failure sends it again after a pause as it was seen before.
    desk_.wait(quiet_, [](const View& now) { return tries_of(now).size() > 1; });
    const auto tries = tries_of(desk_.view());
    if (tries.empty()) {
      report_.fail(check, "no batch came");
    } else if (tries.size() > 1) {
      report_.fail(check, "the batch came again");
    } else {
      report_.pass(check);
    }
  }

  void successes() {
    check_success("success.created", answering(201));
    check_success("success.no-content", answering(204));
    SenderStep html = answering(200);
    html.effect.content_type = "text/html; charset=utf-8";
    check_success("success.foreign-body", html);
    SenderStep interim = answering(200);
    interim.effect.interim = 2;
    check_success("success.interim", interim);
  }

  /// Notes the pauses and bodies of one batch's tries.
  void look_at_tries(const std::vector<SeenRequest>& tries) {
    for (std::size_t i = 1; i < tries.size(); ++i) {
      quiet_ = std::max(quiet_, 2 * pause_between(tries[i - 1], tries[i]));
      if (tries[i].body != tries[0].body) other_bodies_ = true;
      any_retry_ = true;
    }
  }

  void check_retry(std::string_view check, std::vector<SenderStep> steps) {
    if (!report_.wanted(check)) return;
    const std::size_t failures = steps.size();
    steps.push_back(answering(200));
    const auto view = play(std::move(steps));
    if (!view) return;
    const auto tries = tries_of(*view);
    look_at_tries(tries);
    if (is_taken(*view) && tries.size() > failures) {
      report_.pass(check, "taken at try " + std::to_string(tries.size()));
    } else {
      report_.fail(check, tries.empty() ? "no batch came"
                                        : "after try " + std::to_string(tries.size()) +
                                              " it did not come again within " +
                                              duration_text(options_.patience));
    }
  }

  void retries() {
    check_retry("retry.server-error", {answering(500)});
    check_retry("retry.client-error", {answering(400), answering(404), answering(413)});
    check_retry("retry.reset", {cutting(Cut::ResetBefore)});
    check_retry("retry.closed", {cutting(Cut::Close)});
    check_retry("retry.half-answer", {cutting(Cut::ResetBody)});
    check_retry("retry.garbage", {cutting(Cut::Garbage)});
    SenderStep unreadable = answering(200);
    unreadable.effect.content_type = ";";
    check_retry("retry.unreadable-type", {unreadable});
    check_pauses();
  }

  void check_pauses() {
    constexpr std::string_view kCheck = "retry.growing-pauses";
    if (!report_.wanted(kCheck)) return;
    const auto view = play({answering(500), answering(500), answering(500), answering(200)});
    if (!view) return;
    const auto tries = tries_of(*view);
    look_at_tries(tries);
    if (tries.size() < 4) {
      report_.skip(kCheck, "it did not come four times");
      return;
    }
    std::string pauses;
    for (std::size_t i = 1; i < tries.size(); ++i) {
      pauses += (i > 1 ? ", " : "") + duration_text(pause_between(tries[i - 1], tries[i]));
    }
    // Between the first and the last: jitter may hide the growth of a single one.
    const bool grow = pause_between(tries[2], tries[3]) > pause_between(tries[0], tries[1]);
    if (grow) {
      report_.pass(kCheck, pauses);
    } else {
      report_.fail(kCheck, "the pauses were " + pauses);
    }
  }

  void retry_after() {
    constexpr std::string_view kCheck = "retry.retry-after";
    if (!report_.wanted(kCheck)) return;
    SenderStep busy = answering(429);
    busy.effect.retry_after = "2";
    const auto view = play({busy, answering(200)});
    if (!view) return;
    const auto tries = tries_of(*view);
    if (tries.size() < 2) {
      report_.fail(kCheck, "the batch did not come again");
      return;
    }
    const auto pause = pause_between(tries[0], tries[1]);
    const std::string text = "asked for 2s, it came again after " + duration_text(pause);
    if (pause >= milliseconds(1900)) {
      report_.pass(kCheck, text);
    } else {
      report_.fail(kCheck, text);
    }
  }

  void redirect() {
    if (!report_.wanted("redirect.not-followed") && !report_.wanted("credentials.stay")) return;
    SenderStep moved = answering(302);
    moved.effect.redirect = options_.elsewhere;
    const auto view = play({moved, answering(200)}, [this](const View& now) {
      return is_taken(now) || !trap_.methods().empty();
    });
    if (!view) return;
    const auto methods = trap_.methods();
    if (!methods.empty()) {
      --lost_;  // that is what this check is about
      report_.fail("redirect.not-followed",
                   "a " + methods.front() + " came to where the redirect pointed");
    } else if (!is_taken(*view)) {
      report_.fail("redirect.not-followed", "the batch did not come again");
    } else {
      report_.pass("redirect.not-followed");
    }
    if (trap_.saw_credentials()) {
      report_.fail("credentials.stay", "Authorization came to another port");
    } else {
      report_.pass("credentials.stay");
    }
  }

  void connection_reuse() {
    constexpr std::string_view kCheck = "connections.reused";
    if (!report_.wanted(kCheck)) return;
    std::vector<std::uint64_t> connections;
    for (int i = 0; i < 3; ++i) {
      const auto view = play({answering(200)});
      if (!view) return;
      for (const SeenRequest& request : view->requests) connections.push_back(request.connection);
    }
    const std::set<std::uint64_t> different(connections.begin(), connections.end());
    const std::string text = std::to_string(connections.size()) + " requests on " +
                             std::to_string(different.size()) + " connections";
    if (different.size() < connections.size()) {
      report_.pass(kCheck, text);
    } else {
      report_.fail(kCheck, text);
    }
  }

  void others_go_on() {
    constexpr std::string_view kCheck = "concurrency.others-go-on";
    if (!report_.wanted(kCheck) || trouble_) return;
    SenderStep held = answering(200);
    held.waits_for_other = true;
    desk_.begin({held});
    Drive first(options_.drive_command, 3 * options_.patience);
    const bool came =
        desk_.wait(options_.patience, [](const View& now) { return !now.requests.empty(); });
    Drive second(options_.drive_command, 3 * options_.patience);
    const bool other = came && desk_.wait(seconds(20), [](const View& now) {
      return std::ranges::any_of(now.requests,
                                 [](const SeenRequest& request) { return !request.is_victim; });
    });
    desk_.release();
    for (Drive* drive : {&first, &second}) {
      if (auto driven = drive->end(); !driven) trouble_ = driven.error();
    }
    if (other) {
      report_.pass(kCheck);
    } else {
      report_.fail(kCheck,
                   came ? "while one was not answered no other came within 20s" : "no batch came");
    }
  }

  void certificates() {
    check_certificate("tls.expired", ShownCertificate::Expired);
    check_certificate("tls.wrong-name", ShownCertificate::WrongName);
    check_certificate("tls.unknown-ca", ShownCertificate::UnknownCa);
  }

  /// Drives the sender while connections are shown a bad certificate, until a handshake fails or a
  /// batch comes on one of these. Older connections have been verified: they are closed one by one.
  View drive_with(ShownCertificate shown) {
    SenderStep last = answering(200);
    last.closes = true;
    constexpr int kMostKept = 30;
    View view;
    desk_.show(shown);
    for (int i = 0; i < kMostKept && !trouble_; ++i) {
      desk_.begin({last});
      Drive drive(options_.drive_command, 3 * options_.patience);
      desk_.wait(options_.patience,
                 [](const View& now) { return now.tls_failures > 0 || !now.requests.empty(); });
      view = desk_.view();
      const bool on_older = std::ranges::all_of(view.requests, [](const SeenRequest& request) {
        return request.certificate == ShownCertificate::Good;
      });
      const bool again = view.tls_failures == 0 && !view.requests.empty() && on_older;
      if (!again) {
        desk_.show(ShownCertificate::Good);
        // What was not sent for the certificate's sake comes now.
        if (!desk_.wait(options_.patience, is_taken)) ++lost_;
      }
      if (auto driven = drive.end(); !driven) trouble_ = driven.error();
      if (!again) break;
    }
    desk_.show(ShownCertificate::Good);
    return view;
  }

  void check_certificate(std::string_view check, ShownCertificate shown) {
    if (!report_.wanted(check) || trouble_) return;
    const View view = drive_with(shown);
    if (trouble_) return;
    const bool came = std::ranges::any_of(view.requests, [](const SeenRequest& request) {
      return request.certificate != ShownCertificate::Good;
    });
    if (came) {
      report_.fail(check, "a batch came all the same");
    } else if (view.tls_failures > 0) {
      report_.pass(check, "the handshake was refused");
    } else {
      report_.fail(check, "neither a handshake nor a batch came");
    }
  }

  void no_answer() {
    constexpr std::string_view kCheck = "timeout.no-answer";
    if (!report_.wanted(kCheck)) return;
    const auto view = play({cutting(Cut::Hang), answering(200)});
    if (!view) return;
    const auto tries = tries_of(*view);
    if (tries.size() < 2) {
      report_.fail(kCheck,
                   "the batch did not come again within " + duration_text(options_.patience));
      return;
    }
    const auto pause = pause_between(tries[0], tries[1]);
    const std::string text = "it came again after " + duration_text(pause);
    if (pause <= seconds(90)) {
      report_.pass(kCheck, text);
    } else {
      report_.fail(kCheck, text);
    }
  }

  void gives_up() {
    constexpr std::string_view kCheck = "retry.gives-up";
    if (!report_.wanted(kCheck) || trouble_) return;
    constexpr std::size_t kTooOften = 60;  // 55 are what Retry-After can make of five
    desk_.begin({answering(500)});
    Drive drive(options_.drive_command, 3 * options_.patience);
    std::size_t count = 0;
    // Until it has not come again for longer than its pauses have ever been.
    while (count < kTooOften) {
      const auto tries = tries_of(desk_.view());
      milliseconds patience = options_.patience;
      if (tries.size() > 1) {
        patience = std::min<milliseconds>(
            patience,
            3 * pause_between(tries[tries.size() - 2], tries.back()) + milliseconds(1000));
      }
      count = tries.size();
      if (!desk_.wait(patience,
                      [count](const View& now) { return tries_of(now).size() > count; })) {
        break;
      }
    }
    if (auto driven = drive.end(); !driven) trouble_ = driven.error();
    const std::string text = std::to_string(count) + " tries in all";
    if (count > 0 && count < kTooOften) {
      report_.pass(kCheck, text);
    } else {
      report_.fail(kCheck, count == 0 ? "no batch came" : "more than " + text);
    }
  }

  void balance() {
    const auto all = desk_.all();
    check_requests(all, report_, options_);
    check_balance(all, report_);
    if (!any_retry_) {
      report_.skip("retry.same-body", "no batch was tried twice");
    } else if (other_bodies_) {
      report_.fail("retry.same-body", "a batch came again with other bytes");
    } else {
      report_.pass("retry.same-body");
    }
    if (lost_ == 0) {
      report_.pass("balance.nothing-lost");
    } else {
      report_.fail("balance.nothing-lost",
                   std::to_string(lost_) + " batches were refused and never taken");
    }
  }

  SenderDesk& desk_;
  const RedirectTrap& trap_;
  CheckReport& report_;
  const SenderRunOptions& options_;
  std::optional<Error> trouble_;
  milliseconds quiet_{1000};  ///< longer than the pauses that were seen
  std::uint64_t lost_ = 0;
  bool any_retry_ = false;
  bool other_bodies_ = false;
};

}  // namespace

Result<void> run_sender_suite(SenderDesk& desk, const RedirectTrap& trap, CheckReport& report,
                              const SenderRunOptions& options) {
  return SenderSuite(desk, trap, report, options).run();
}

}  // namespace kaudit::cli
