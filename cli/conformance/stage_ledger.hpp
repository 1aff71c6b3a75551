#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.hpp"
#include "audit/level.hpp"
#include "cli/conformance/check_report.hpp"
#include "cli/open_requests.hpp"

namespace kaudit::cli {

/// Joins the events of a log by auditID and reports what is wrong with the sequence of their
/// stages. What it holds is bounded: the requests that are open (OpenRequests), a fingerprint of
/// each of the last million events, and the kinds of requests. Not thread-safe.
class StageLedger {
 public:
  explicit StageLedger(CheckReport& report);

  void take(const audit::Event& event, audit::Stage stage, const FindingPlace& place);
  /// The log has ended.
  void finish();

 private:
  struct Request {
    std::uint64_t constant = 0;  ///< fingerprint of what stays the same
    Timestamp received;
    audit::Stage last{};
    bool received_seen = false;
    bool long_running = false;
    std::string audit_id, file, kind;
    std::uint64_t line = 0;
  };
  /// Requests that a policy cannot tell apart, by all that is known here.
  struct Kind {
    bool received = false;       ///< of one of them the log has RequestReceived
    std::uint64_t missing = 0;   ///< ended without
    std::string audit_id, file;  ///< of the first of these
    std::uint64_t line = 0;
  };

  bool note(std::uint64_t fingerprint);
  bool has_ended(std::string_view audit_id, const Timestamp& received) const;
  bool is_duplicate(const audit::Event& event, audit::Stage stage);
  void ended(const Request& request);
  void given_up(const Request& request);
  Kind* kind_of(const std::string& name);

  CheckReport& report_;
  OpenRequests<Request> open_;
  /// Fingerprints of events and of requests that ended, each at a place of its own, where a later
  /// one may take it.
  std::vector<std::uint64_t> seen_;
  std::map<std::string, Kind, std::less<>> kinds_;
  Timestamp first_;  ///< when the log begins
  Timestamp latest_;
};

}  // namespace kaudit::cli
