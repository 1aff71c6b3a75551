#include "cli/conformance/sender/sender_connections.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace kaudit::cli {
namespace {

using View = SenderDesk::View;

/// Drives the sender while connections are shown a bad certificate, until a handshake fails or a
/// batch comes on one of these. Older connections have been verified: they are closed one by one.
View drive_with(SenderPlay& play, ShownCertificate shown) {
  SenderStep last = SenderStep::answering(200);
  last.closes = true;
  constexpr int kMostKept = 30;
  View view;
  play.desk().show(shown);
  for (int i = 0; i < kMostKept && !play.trouble(); ++i) {
    play.desk().begin({last});
    Drive drive = play.drive();
    play.desk().wait(play.options().patience,
                     [](const View& now) { return now.tls_failures > 0 || !now.requests.empty(); });
    view = play.desk().view();
    const bool on_older = std::ranges::all_of(view.requests, [](const SeenRequest& request) {
      return request.certificate == ShownCertificate::Good;
    });
    const bool again = view.tls_failures == 0 && !view.requests.empty() && on_older;
    if (!again) {
      play.desk().show(ShownCertificate::Good);
      // What was not sent for the certificate's sake comes now.
      if (!play.desk().wait(play.options().patience, &View::is_taken)) play.count_lost();
    }
    play.end(drive);
    if (!again) break;
  }
  play.desk().show(ShownCertificate::Good);
  return view;
}

void check_certificate(SenderPlay& play, std::string_view check, ShownCertificate shown) {
  if (!play.wants(check)) return;
  const View view = drive_with(play, shown);
  if (play.trouble()) return;
  const bool came = std::ranges::any_of(view.requests, [](const SeenRequest& request) {
    return request.certificate != ShownCertificate::Good;
  });
  if (came) {
    play.report().fail(check, "a batch came all the same");
  } else if (view.tls_failures > 0) {
    play.report().pass(check, "the handshake was refused");
  } else {
    play.report().fail(check, "neither a handshake nor a batch came");
  }
}

}  // namespace

void check_reuse(SenderPlay& play) {
  constexpr std::string_view kCheck = "connections.reused";
  if (!play.wants(kCheck)) return;
  std::vector<std::uint64_t> connections;
  for (int i = 0; i < 3; ++i) {
    const auto view = play.play({SenderStep::answering(200)});
    if (!view) return;
    for (const SeenRequest& request : view->requests) connections.push_back(request.connection);
  }
  const std::set<std::uint64_t> different(connections.begin(), connections.end());
  const std::string text = std::to_string(connections.size()) + " requests on " +
                           std::to_string(different.size()) + " connections";
  play.report().decide(kCheck, different.size() < connections.size(), text);
}

void check_others_go_on(SenderPlay& play) {
  constexpr std::string_view kCheck = "concurrency.others-go-on";
  if (!play.wants(kCheck)) return;
  SenderStep held = SenderStep::answering(200);
  held.waits_for_other = true;
  play.desk().begin({held});
  Drive first = play.drive();
  const bool came = play.desk().wait(play.options().patience,
                                     [](const View& now) { return !now.requests.empty(); });
  Drive second = play.drive();
  const bool other = came && play.desk().wait(std::chrono::seconds(20), [](const View& now) {
    return std::ranges::any_of(now.requests,
                               [](const SeenRequest& request) { return !request.is_victim; });
  });
  play.desk().release();
  play.end(first);
  play.end(second);
  if (other) {
    play.report().pass(kCheck);
  } else {
    play.report().fail(
        kCheck, came ? "while one was not answered no other came within 20s" : "no batch came");
  }
}

void check_certificates(SenderPlay& play) {
  check_certificate(play, "tls.expired", ShownCertificate::Expired);
  check_certificate(play, "tls.wrong-name", ShownCertificate::WrongName);
  check_certificate(play, "tls.unknown-ca", ShownCertificate::UnknownCa);
}

}  // namespace kaudit::cli
