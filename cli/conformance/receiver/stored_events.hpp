#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "cli/conformance/receiver/sent_ledger.hpp"

namespace kaudit::cli {

/// Where what a backend stored can be read.
struct StoredSource {
  std::string file;                   ///< events, a JSON line each
  std::string command;                ///< prints the same
  std::chrono::seconds patience{10};  ///< for what is on its way

  bool is_given() const noexcept { return !file.empty() || !command.empty(); }
};

/// Reads all that is stored and compares it with what was sent; again until all that was
/// acknowledged is there or the patience is over. The number of lines. Error: it cannot be read.
Result<std::uint64_t> compare_stored(SentLedger& ledger, const StoredSource& source);

}  // namespace kaudit::cli
