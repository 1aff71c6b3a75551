#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apiserver/explorer/trace/trace_printer.hpp"
#include "base/flags/flags.hpp"
#include "base/result.hpp"

namespace kaudit::apiserver::explorer {

/// Where the explorer listens.
struct Listener {
  std::string address;     ///< an IP address
  std::uint16_t port = 0;  ///< 0: any free one
};

/// The flags of those who look on.
struct ExplorerOptions {
  std::optional<std::string> explorer;     ///< --explorer: `ADDR:PORT`; none: no explorer
  std::vector<std::string> allowed_hosts;  ///< --explorer-allow-host
  bool allow_apply = false;                ///< --explorer-allow-apply
  bool receiver = false;                   ///< --explorer-receiver
  std::optional<std::string> audit_trace;  ///< --audit-trace: `text` or `json`; none: no trace

  void add_flags(FlagSet& flags);
  std::vector<Error> validate() const;

  bool is_on() const noexcept { return explorer.has_value() || audit_trace.has_value(); }
  /// Of a flag that validate() takes.
  Listener listener() const;
  TraceFormat trace_format() const;
};

}  // namespace kaudit::apiserver::explorer
