#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "cli/conformance/receiver/receiver_run.hpp"

namespace kaudit::cli {
namespace {

using Sent = SentLedger::Sent;

/// Findings of one check that is decided by what is stored.
struct Finding {
  std::uint64_t count = 0;
  std::string first;                            ///< what happened to the first of them
  std::string audit_id;                         ///< of that
  std::map<std::string, std::uint64_t> checks;  ///< that the events were sent for

  void add(const Sent& sent, const std::string& what) {
    if (count++ == 0) {
      first = what;
      audit_id = sent.audit_id;
    }
    ++checks[sent.check];
  }
  std::string text() const {
    std::string out = first + "; in all " + std::to_string(count) + ", sent for";
    for (const auto& [check, number] : checks) {
      out += " " + check + " (" + std::to_string(number) + ")";
    }
    return out;
  }
};

/// The check that says of an event of these that it is there once.
std::string_view doubled_check(const Sent& sent) {
  for (const std::string_view own :
       {"idempotency.same-batch", "idempotency.other-batch", "restart.knows-again"}) {
    if (sent.check == own && sent.times > 1) return own;
  }
  return "stored.nothing-doubled";
}

std::string_view lost_check(const Sent& sent) {
  if (sent.check == "restart.nothing-forgotten" || sent.check == "restart.knows-again") {
    return "restart.nothing-forgotten";
  }
  return sent.check == "idempotency.reused-ids" ? "idempotency.reused-ids" : "stored.nothing-lost";
}

using Findings = std::map<std::string_view, Finding>;

void look_at_event(const Sent& sent, Findings& findings) {
  if (sent.standing == Standing::Acknowledged && sent.copies == 0) {
    findings[lost_check(sent)].add(sent, "acknowledged and not stored: stage " + sent.stage);
  }
  if (sent.copies > 1 && sent.standing != Standing::Uncertain) {
    findings[doubled_check(sent)].add(sent, "stored " + std::to_string(sent.copies) + " times");
  }
  if (sent.standing == Standing::Refused && sent.copies > 0 && sent.check == "slow.half-request") {
    findings["slow.half-request"].add(sent, "stored, though the request broke off");
  }
  if (!sent.altered.empty()) {
    findings["stored.nothing-altered"].add(sent, sent.altered);
  }
  if (sent.check == "content.gzip" && sent.standing == Standing::Uncertain && sent.copies == 0) {
    findings["content.gzip"].add(sent, "a success was answered, and it is not stored");
  }
}

constexpr std::string_view kDecidedHere[] = {"idempotency.same-batch", "idempotency.other-batch",
                                             "idempotency.reused-ids", "restart.nothing-forgotten",
                                             "restart.knows-again",    "content.gzip",
                                             "slow.half-request",      "stored.nothing-lost",
                                             "stored.nothing-doubled", "stored.nothing-altered"};

}  // namespace

Result<void> check_stored(ReceiverRun& run) {
  CheckReport& report = run.report();
  if (!run.stored().is_given()) {
    for (const char* const check :
         {"stored.nothing-lost", "stored.nothing-doubled", "stored.nothing-altered"}) {
      report.skip(check, "needs --verify-file or --verify-command");
    }
    return {};
  }
  if (run.ledger().size() == 0) {  // with --only stored
    run.send("stored.nothing-lost", run.maker().events(10));
  }
  const auto lines = compare_stored(run.ledger(), run.stored());
  if (!lines) {
    for (const std::string_view check : kDecidedHere) {
      report.skip(check, "what is stored cannot be read");
    }
    return tl::unexpected(lines.error());
  }
  Findings findings;
  run.ledger().each([&findings](const Sent& sent) { look_at_event(sent, findings); });
  for (const auto& [check, finding] : findings) {
    report.fail(check, finding.text(), {{}, 0, finding.audit_id});
  }
  for (const std::string_view check : kDecidedHere) {
    if (!findings.contains(check)) report.pass(check);
  }
  return {};
}

}  // namespace kaudit::cli
