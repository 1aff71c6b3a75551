#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "audit/search/event_view.hpp"
#include "cli/latencies.hpp"
#include "cli/log/figures/rates.hpp"
#include "cli/log/figures/tally.hpp"
#include "cli/open_requests.hpp"

namespace kaudit::cli {

/// What `log stats` counts of a log, one event after the other, in bounded memory. A request is
/// counted once, when its last stage comes, or at the end when that never does.
class LogFigures {
 public:
  void add(audit::search::EventView& event);
  /// At the end of the log.
  void finish();

  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t requests = 0;
  std::uint64_t unfinished = 0;  ///< requests without a last stage
  std::uint64_t errors = 0;      ///< requests answered with 400 and above
  std::optional<Timestamp> first, last;
  std::map<std::string, std::uint64_t> stages, levels, codes;
  Tally resources;  ///< by event, for their bytes
  Tally users;
  Tally rules;                                 ///< by event, filled in by who has a policy
  std::map<std::string, Latencies> latencies;  ///< by verb, of requests
  Latencies latency;
  Rates rates;

 private:
  struct Open {};

  static void count_in(std::map<std::string, std::uint64_t>& numbers, const std::string& key);
  void add_request(audit::search::EventView& event, bool error);

  OpenRequests<Open> open_;
};

}  // namespace kaudit::cli
