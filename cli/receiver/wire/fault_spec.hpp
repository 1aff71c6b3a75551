#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kaudit::cli {

/// What becomes of a connection, in the place of a whole answer.
enum class Cut : std::uint8_t {
  None,
  ResetBefore,  ///< reset before any byte of the answer; nothing is stored
  ResetAfter,   ///< reset behind the head of the answer; the batch is stored
  ResetBody,    ///< reset in the middle of its body; the batch is stored
  Close,        ///< closed in order without an answer; nothing is stored
  Hang,         ///< no answer until the client leaves; nothing is stored
  Garbage,      ///< answered with what is not HTTP, then closed; nothing is stored
  Endless,      ///< an answer whose body does not end; the batch is stored
};

/// What a receiver shows in the TLS handshake.
enum class ShownCertificate : std::uint8_t { Good, Expired, WrongName, UnknownCa };

/// What is done to a batch whatever is answered.
enum class Handling : std::uint8_t {
  AsAnswered,  ///< stored when the answer is a success
  Forgotten,   ///< never stored
  Unparsed,    ///< a success is answered whatever the body is; what can be read is stored
};

/// What faults make of one request. Members at their default change nothing.
struct FaultEffect {
  int status = 0;
  std::chrono::nanoseconds delay{0};  ///< before the answer
  Cut cut = Cut::None;
  std::string retry_after;
  std::string content_type;
  std::string redirect;           ///< to where
  std::uint32_t interim = 0;      ///< interim answers (103) before the one that counts
  std::uint64_t slow_read = 0;    ///< bytes of a body a second; 0: as fast as they come
  std::uint32_t connections = 0;  ///< at most so many at a time; the next ones are closed; 0: any
  Handling handling = Handling::AsAnswered;
  ShownCertificate certificate = ShownCertificate::Good;

  /// Takes over what the other one changes.
  void add(const FaultEffect& other);
  /// Whether a batch that meets it is answered with a success.
  bool lets_pass() const noexcept;
};

/// A fault as one gives it: `status=503,every=3,retry-after=1`.
struct Fault {
  FaultEffect effect;
  // Which requests it concerns; all that is given must fit.
  std::uint64_t every = 1;            ///< the k-th, 2k-th … of those that fit
  std::optional<std::uint64_t> next;  ///< so many of these, then it is over
  std::string match;                  ///< a text that the body has
  std::uint64_t limit = 0;            ///< bodies of more bytes; 0: any
  std::string path;                   ///< requests to any other path than this
  std::string spec;                   ///< as it was given

  /// It can only be judged once the body is there.
  bool needs_body() const noexcept { return !match.empty() || limit > 0; }
  /// It is about connections, not requests.
  bool concerns_connections() const noexcept;
};

/// Reads a SPEC: terms between commas, `key` or `key=value`. Error: names the term, what would be
/// right, and the nearest key that there is.
Result<Fault> parse_fault(std::string_view spec);

/// One row for each key of a SPEC: how it is written, and what it does.
struct FaultKey {
  std::string_view key;
  std::string_view form;
  std::string_view what;
};
const std::vector<FaultKey>& fault_keys();

}  // namespace kaudit::cli
