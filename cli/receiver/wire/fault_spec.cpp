#include "cli/receiver/wire/fault_spec.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text/ascii.hpp"
#include "base/text/duration.hpp"
#include "base/text/integer.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "base/text/trim.hpp"

namespace kaudit::cli {
namespace {

constexpr std::chrono::nanoseconds kLongestFaultDelay = std::chrono::hours(1);

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};

constexpr std::array<Named<Cut>, 3> kResets{
    {{"before", Cut::ResetBefore}, {"after", Cut::ResetAfter}, {"body", Cut::ResetBody}}};
constexpr std::array<Named<ShownCertificate>, 3> kCertificates{
    {{"expired", ShownCertificate::Expired},
     {"wrong-name", ShownCertificate::WrongName},
     {"unknown-ca", ShownCertificate::UnknownCa}}};

tl::unexpected<Error> wrong_term(std::string_view term, const std::string& what) {
  return fail("fault: " + go_quoted(term) + ": " + what);
}

Result<std::uint64_t> whole_number(std::string_view term, std::string_view value,
                                   std::uint64_t least, std::uint64_t most) {
  const auto number = parse_int64(value);
  if (number && *number >= 0 && static_cast<std::uint64_t>(*number) >= least &&
      static_cast<std::uint64_t>(*number) <= most) {
    return static_cast<std::uint64_t>(*number);
  }
  return wrong_term(term,
                    "give a number from " + std::to_string(least) + " to " + std::to_string(most));
}

/// `12MiB`, `1M`, `1048576`. Powers of 1,024 with an i, else of 1,000 as in `--max-size`.
Result<std::uint64_t> byte_count(std::string_view term, std::string_view value) {
  const std::size_t digits =
      static_cast<std::size_t>(std::ranges::find_if_not(value, is_digit) - value.begin());
  const auto number = parse_int64(value.substr(0, digits));
  std::string unit = lower_case(value.substr(digits));
  if (unit.ends_with('b')) unit.pop_back();
  constexpr std::array<Named<std::uint64_t>, 7> kUnits{{{"", 1},
                                                        {"k", 1000},
                                                        {"m", 1000 * 1000},
                                                        {"g", 1000 * 1000 * 1000},
                                                        {"ki", 1U << 10U},
                                                        {"mi", 1U << 20U},
                                                        {"gi", 1U << 30U}}};
  const auto* const found = std::ranges::find(kUnits, unit, &Named<std::uint64_t>::name);
  constexpr std::int64_t kMost = 1'000'000;
  if (!number || found == kUnits.end() || *number < 1 || (found->value > 1 && *number > kMost)) {
    return wrong_term(term, "give a size such as 12MiB");
  }
  return static_cast<std::uint64_t>(*number) * found->value;
}

template <typename Table>
auto one_of(std::string_view term, std::string_view value, const Table& table)
    -> Result<decltype(table.front().value)> {
  std::string names;
  for (const auto& row : table) {
    if (row.name == value) return row.value;
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return wrong_term(term, "give one of " + names);
}

/// Puts a value where it belongs, or passes its error on.
template <typename To, typename Value>
Result<void> store(To& to, const Result<Value>& value) {
  if (!value) return tl::unexpected(value.error());
  to = static_cast<To>(*value);
  return {};
}

Result<void> take_cut(Fault& fault, std::string_view term, Cut cut) {
  if (fault.effect.cut != Cut::None) {
    return wrong_term(term, "the fault already says what becomes of the connection");
  }
  fault.effect.cut = cut;
  return {};
}

Result<void> take_slow_read(Fault& fault, std::string_view term, std::string_view value) {
  if (value.ends_with("/s")) value.remove_suffix(2);
  return store(fault.effect.slow_read, byte_count(term, value));
}

Result<void> take_delay(Fault& fault, std::string_view term, std::string_view value) {
  const auto delay = parse_duration(value);
  if (!delay || delay->count() < 0 || *delay > kLongestFaultDelay) {
    return wrong_term(term, "give a duration up to 1h, such as 2s or 150ms");
  }
  fault.effect.delay = *delay;
  return {};
}

/// A value that goes into a header line.
Result<void> take_header(std::string& to, std::string_view term, std::string_view value) {
  if (value.empty() || value.find_first_of("\r\n") != std::string_view::npos) {
    return wrong_term(term, "needs a value of one line");
  }
  to = value;
  return {};
}

using Take = Result<void> (*)(Fault&, std::string_view term, std::string_view value);

struct KeyRow {
  FaultKey key;
  enum class Value : std::uint8_t { None, Needed, Optional } value;
  Take take;
};

constexpr auto kNone = KeyRow::Value::None;
constexpr auto kNeeded = KeyRow::Value::Needed;
constexpr auto kOptional = KeyRow::Value::Optional;

template <Cut cut>
Result<void> cut_row(Fault& fault, std::string_view term, std::string_view /*value*/) {
  return take_cut(fault, term, cut);
}

const std::vector<KeyRow>& key_rows() {
  static const std::vector<KeyRow> rows{
      {{"status", "status=CODE", "answers so; a 2xx stores the batch, all else does not"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.effect.status, whole_number(t, v, 200, 999));
       }},
      {{"delay", "delay=DURATION", "answers so much later; a batch is stored before"},
       kNeeded,
       take_delay},
      {{"hang", "hang", "never answers; ends when the client leaves"}, kNone, cut_row<Cut::Hang>},
      {{"reset", "reset=before|after|body",
        "resets the connection before the answer, behind its head, in its body"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) -> Result<void> {
         const auto cut = one_of(t, v, kResets);
         if (!cut) return tl::unexpected(cut.error());
         return take_cut(f, t, *cut);
       }},
      {{"close", "close", "closes the connection without an answer"}, kNone, cut_row<Cut::Close>},
      {{"garbage", "garbage", "answers what is not HTTP"}, kNone, cut_row<Cut::Garbage>},
      {{"endless", "endless", "answers with a body that does not end"},
       kNone,
       cut_row<Cut::Endless>},
      {{"interim", "interim[=N]", "sends N interim answers (103) before the answer"},
       kOptional,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.effect.interim, whole_number(t, v.empty() ? "1" : v, 1, 1'000'000));
       }},
      {{"redirect", "redirect=URL", "answers 302 (or what status says) with this Location"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return take_header(f.effect.redirect, t, v);
       }},
      {{"retry-after", "retry-after=S", "adds Retry-After; 503 unless status says otherwise"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return take_header(f.effect.retry_after, t, v);
       }},
      {{"content-type", "content-type=TYPE", "answers with this Content-Type and a small body"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return take_header(f.effect.content_type, t, v);
       }},
      {{"slow-read", "slow-read=N/s", "reads so many bytes of a body a second"},
       kNeeded,
       take_slow_read},
      {{"connections", "connections=N", "closes connections beyond so many at a time"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.effect.connections, whole_number(t, v, 1, 100'000));
       }},
      {{"forget", "forget", "answers a success and stores nothing"},
       kNone,
       [](Fault& f, std::string_view, std::string_view) -> Result<void> {
         f.effect.handling = Handling::Forgotten;
         return {};
       }},
      {{"unparsed", "unparsed", "answers a success before the body is parsed"},
       kNone,
       [](Fault& f, std::string_view, std::string_view) -> Result<void> {
         f.effect.handling = Handling::Unparsed;
         return {};
       }},
      {{"tls", "tls=expired|wrong-name|unknown-ca", "shows such a certificate"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.effect.certificate, one_of(t, v, kCertificates));
       }},
      {{"every", "every=K", "only every k-th request that fits"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.every, whole_number(t, v, 1, std::numeric_limits<std::int64_t>::max()));
       }},
      {{"next", "next=N", "only the next N requests that fit, then it is over"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.next, whole_number(t, v, 1, std::numeric_limits<std::int64_t>::max()));
       }},
      {{"match", "match=TEXT", "only requests whose body has this text (no comma in it)"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) { return take_header(f.match, t, v); }},
      {{"limit", "limit=SIZE", "only larger bodies; 413 unless status says otherwise"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) {
         return store(f.limit, byte_count(t, v));
       }},
      {{"path", "path=PATH", "only requests to any other path; 404 unless status says otherwise"},
       kNeeded,
       [](Fault& f, std::string_view t, std::string_view v) -> Result<void> {
         if (!v.starts_with('/')) return wrong_term(t, "a path begins with /");
         f.path = v;
         return {};
       }},
  };
  return rows;
}

Result<void> take_term(Fault& fault, std::string_view term) {
  std::string_view value = term;
  const std::string_view key = take_until(value, '=');
  const bool has_value = term.find('=') != std::string_view::npos;
  const auto& rows = key_rows();
  const auto row = std::ranges::find(rows, key, [](const KeyRow& r) { return r.key.key; });
  if (row == rows.end()) {
    std::vector<std::string_view> keys;
    for (const KeyRow& other : rows) keys.push_back(other.key.key);
    const std::string_view near = nearest(key, keys);
    return wrong_term(term, near.empty() ? "there is no such key: use one of " + joined(keys, ", ")
                                         : "did you mean " + std::string(near) + "?");
  }
  if (row->value == kNeeded && (!has_value || value.empty())) {
    return wrong_term(term, "write " + std::string(row->key.form));
  }
  if (row->value == kNone && has_value) return wrong_term(term, "takes no value");
  return row->take(fault, term, value);
}

/// What a fault answers when it does not say so itself.
void complete(Fault& fault) {
  int& status = fault.effect.status;
  if (status != 0) return;
  if (!fault.effect.redirect.empty()) {
    status = 302;
  } else if (!fault.effect.retry_after.empty()) {
    status = 503;
  } else if (fault.limit > 0 && fault.effect.cut == Cut::None) {
    status = 413;
  } else if (!fault.path.empty() && fault.effect.cut == Cut::None) {
    status = 404;
  }
}

bool does_something(const FaultEffect& effect) {
  return effect.status != 0 || effect.delay.count() > 0 || effect.cut != Cut::None ||
         !effect.content_type.empty() || effect.interim > 0 || effect.slow_read > 0 ||
         effect.connections > 0 || effect.handling != Handling::AsAnswered ||
         effect.certificate != ShownCertificate::Good;
}

}  // namespace

bool FaultEffect::lets_pass() const noexcept {
  const bool cut_short =
      cut == Cut::ResetBefore || cut == Cut::Close || cut == Cut::Hang || cut == Cut::Garbage;
  return !cut_short && (status == 0 || (status >= 200 && status < 300));
}

void FaultEffect::add(const FaultEffect& other) {
  if (other.status != 0) status = other.status;
  delay += other.delay;
  if (other.cut != Cut::None) cut = other.cut;
  if (!other.retry_after.empty()) retry_after = other.retry_after;
  if (!other.content_type.empty()) content_type = other.content_type;
  if (!other.redirect.empty()) redirect = other.redirect;
  interim += other.interim;
  if (other.slow_read > 0) slow_read = other.slow_read;
  if (other.connections > 0) connections = other.connections;
  if (other.handling != Handling::AsAnswered) handling = other.handling;
  if (other.certificate != ShownCertificate::Good) certificate = other.certificate;
}

bool Fault::concerns_connections() const noexcept {
  return effect.connections > 0 || effect.certificate != ShownCertificate::Good;
}

Result<Fault> parse_fault(std::string_view spec) {
  Fault fault;
  fault.spec = trim_space(spec);
  constexpr std::size_t kLongestSpec = 4096;
  if (fault.spec.size() > kLongestSpec) return fail("fault: longer than 4096 bytes");
  if (fault.spec.empty()) return fail("fault: is empty: write status=503, for instance");
  for (const std::string_view term : split(fault.spec, ',')) {
    if (auto taken = take_term(fault, trim_space(term)); !taken) {
      return tl::unexpected(taken.error());
    }
  }
  complete(fault);
  if (!does_something(fault.effect)) {
    return fail("fault: " + go_quoted(fault.spec) +
                ": says when, but not what: add status=503, for instance");
  }
  if (fault.needs_body() && (fault.concerns_connections() || fault.effect.slow_read > 0)) {
    return fail("fault: " + go_quoted(fault.spec) +
                ": match and limit look into the body, which comes after tls, connections and "
                "slow-read");
  }
  return fault;
}

const std::vector<FaultKey>& fault_keys() {
  static const std::vector<FaultKey> keys = [] {
    std::vector<FaultKey> made;
    for (const KeyRow& row : key_rows()) made.push_back(row.key);
    return made;
  }();
  return keys;
}

}  // namespace kaudit::cli
