#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kaudit::cli {

/// What a receiver notes of one batch: a line of the file `STORE.batches`, from which a report can
/// be made later on, and from which a restarted receiver knows where events came from.
struct BatchRecord {
  std::string time;          ///< of its arrival, RFC 3339 with microseconds
  std::string source;        ///< path of the URL, and who showed a client certificate
  std::uint64_t offset = 0;  ///< where its first stored event begins in the store
  std::uint64_t bytes = 0;   ///< of the body
  std::uint64_t events = 0;
  std::uint64_t stored = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t unordered = 0;  ///< events older than one that came before from the same source
  int status = 0;               ///< answered; 0: no answer
  std::int64_t lag = -1;        ///< microseconds from the newest event to the arrival; -1 unknown
  std::string hash;             ///< of the body, hexadecimal: the same for each try of a batch
  std::string fault;            ///< what was done on command; empty: nothing

  /// One line of JSON without its end.
  std::string json() const;
  /// nullopt for a line that is none of ours.
  static std::optional<BatchRecord> parse(std::string_view line);
};

}  // namespace kaudit::cli
