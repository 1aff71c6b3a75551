#include "cli/conformance/shipper/shipper_run.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <thread>
#include <utility>

#include "audit/encoder.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/timestamp.hpp"
#include "cli/conformance/shell_run.hpp"
#include "cli/conformance/shipper/shipper_checks.hpp"

namespace kaudit::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTornPause{300};
constexpr std::chrono::seconds kRestartLimit{60};

struct LongLine {
  std::string_view check;
  std::size_t bytes;
};
constexpr std::array kLongLines{LongLine{"long.16k", 16U << 10U}, LongLine{"long.40k", 40U << 10U},
                                LongLine{"long.120k", 120U << 10U},
                                LongLine{"long.300k", 300U << 10U},
                                LongLine{"long.1200k", 1200U << 10U}};

std::string clock_text() {
  std::string text;
  append_rfc3339(text, Timestamp::now(), TimeForm::MicroTime);
  return text;
}

std::string random_run() {
  std::string id;
  std::random_device device;
  append_suffix(id, (static_cast<std::uint64_t>(device()) << 32U) | device(), 8);
  return "shipper-" + id;
}

}  // namespace

ShipperRun::ShipperRun(const ShipperRunOptions& options, CheckReport& report)
    : options_(options),
      report_(report),
      log_(options.log),
      ledger_(options.target),
      traffic_(traffic_of(Profile::Busy)),
      stream_(traffic_, 1, Timestamp::now().seconds * 1'000'000, nullptr),
      run_(random_run()) {}

bool ShipperRun::wanted(std::string_view section) const {
  return std::ranges::any_of(shipper_suite().checks, [&](const Check& check) {
    return check.id.starts_with(section) && report_.wanted(check.id);
  });
}

Result<void> ShipperRun::run() {
  if (auto opened = log_.open(); !opened) return opened;
  if (auto ready = wait_for_shipper(); !ready) return ready;
  using Scenario = Result<void> (ShipperRun::*)();
  const std::array<std::pair<std::string_view, Scenario>, 7> scenarios{{
      {"steady.", &ShipperRun::steady},
      {"odd.", &ShipperRun::odd},
      {"long.", &ShipperRun::long_lines},
      {"rename.", &ShipperRun::rotations},
      {"burst.", &ShipperRun::burst},
      {"torn.", &ShipperRun::torn},
      {"restart.", &ShipperRun::restart},
  }};
  for (const auto& [section, scenario] : scenarios) {
    if (!wanted(section)) continue;
    if (auto done = (this->*scenario)(); !done) return done;
  }
  struct Rotation {
    std::string_view id, what;
    Happening happen;
  };
  const std::array rotations{
      Rotation{"gzip", "it was moved aside, compressed and removed", &ShipperLog::rename_and_gzip},
      Rotation{"copytruncate", "it was copied and truncated", &ShipperLog::copy_and_truncate},
      Rotation{"delete", "it was removed and made anew", &ShipperLog::remove_and_make}};
  for (const Rotation& rotation : rotations) {
    if (!wanted(std::string(rotation.id) + ".")) continue;
    if (auto done = around(rotation.id, rotation.what, rotation.happen); !done) return done;
  }
  if (ledger_.faults() > 0) {
    report_.fail("arrived.whole",
                 std::to_string(ledger_.faults()) +
                     " lines that arrived are not events; the first: " + ledger_.fault());
  }
  return {};
}

/// A shipper begins at the end of a file that it finds, some time after it was started: lines are
/// written until one of them arrives.
Result<void> ShipperRun::wait_for_shipper() {
  const auto give_up = Clock::now() + options_.start_within;
  const std::size_t begin = ledger_.size();
  while (Clock::now() < give_up) {
    if (auto written = write_lines(1, "to see whether it follows"); !written) return written;
    const Range last{ledger_.size() - 1, ledger_.size()};
    if (auto waited = ledger_.wait_for(last, std::chrono::milliseconds(500)); !waited) {
      return waited;
    }
    if (ledger_.missing({begin, ledger_.size()}) < ledger_.size() - begin) return {};
  }
  return fail("nothing arrived within " + std::to_string(options_.start_within.count() / 1000) +
              " s: does the shipper follow " + options_.log + ", and is " +
              (options_.target.command.empty() ? options_.target.file : "the command's output") +
              " where it delivers to?");
}

// --- scenarios

Result<void> ShipperRun::steady() {
  const std::size_t begin = ledger_.size();
  if (auto written = write_lines(options_.lines, "while the log grew"); !written) return written;
  if (auto judged = judge("steady", begin); !judged) return judged;
  const Range range{begin, ledger_.size()};
  judge_unaltered("steady.unaltered", range);
  std::uint64_t last = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const ShipperLedger::Sent& sent = ledger_.at(i);
    if (sent.arrived == 0) continue;
    if (sent.position < last) {
      report_.fail("steady.order", "an event arrives before one that stands before it in the log",
                   {{}, 0, sent.audit_id});
      break;
    }
    last = sent.position;
  }
  return {};
}

Result<void> ShipperRun::odd() {
  const std::size_t begin = ledger_.size();
  const std::array<std::string, 5> texts{
      "<script>&amp;</script>", "line\xe2\x80\xa8separator\xe2\x80\xa9",
      "\xf0\x9f\x98\x80 \xc3\xa9 \x7f", "quote\" back\\slash \t \x01",
      "{\"not\":\"an object\"}\n{"};
  for (const std::string& text : texts) {
    audit::Event event = next_event();
    event.source.edit().user_agent = text;
    event.annotations.set("odd.example.com/" + std::to_string(number_), text);
    event.level = audit::Level::RequestResponse;
    event.request_object = RawJson::trusted(
        R"({"big":12345678901234567890.50,"exponent":1E5,"deep":[[[[{}]]]],"dup":1,"dup":2,"empty":{},"none":[]})");
    if (auto written = write_event(event, "with odd texts"); !written) return written;
  }
  const Range range{begin, ledger_.size()};
  if (auto waited = ledger_.wait_for(range, options_.patience); !waited) return waited;
  judge_unaltered("odd.unaltered", range);
  return {};
}

Result<void> ShipperRun::long_lines() {
  for (const LongLine& line : kLongLines) {
    if (!report_.wanted(line.check)) continue;
    const std::size_t begin = ledger_.size();
    audit::Event event = next_event();
    event.level = audit::Level::Request;
    event.request_object =
        RawJson::trusted(R"({"kind":"ConfigMap","apiVersion":"v1","data":{"file":")" +
                         std::string(line.bytes, 'x') + "\"}}");
    const std::string moment = "of " + std::to_string(line.bytes >> 10U) + " KiB";
    if (auto written = write_event(event, moment); !written) return written;
    if (auto written = write_lines(1, "behind the one " + moment); !written) return written;
    const Range range{begin, ledger_.size()};
    if (auto waited = ledger_.wait_for(range, options_.patience); !waited) return waited;
    const ShipperLedger::Sent& sent = ledger_.at(begin);
    if (sent.arrived == 0) {
      report_.fail(line.check, "it does not arrive", {{}, 0, sent.audit_id});
    } else if (sent.altered) {
      report_.fail(line.check, "it arrives, but not as it was written", {{}, 0, sent.audit_id});
    } else if (ledger_.at(begin + 1).arrived == 0) {
      report_.fail(line.check, "it arrives, but the line behind it does not",
                   {{}, 0, ledger_.at(begin + 1).audit_id});
    }
  }
  return {};
}

Result<void> ShipperRun::rotations() {
  constexpr int kRotations = 3;
  const std::size_t begin = ledger_.size();
  for (int i = 1; i <= kRotations; ++i) {
    const std::string moment = "before rename " + std::to_string(i);
    // The next rename waits until the shipper has the file: one that is moved aside before anybody
    // has opened it would be lost to most, and no server rotates that fast.
    const std::size_t first = ledger_.size();
    if (auto written = write_lines(1, moment); !written) return written;
    if (auto waited = ledger_.wait_for({first, first + 1}, options_.patience); !waited) {
      return waited;
    }
    if (auto written = write_lines(options_.lines / kRotations - 1, moment); !written) {
      return written;
    }
    if (auto moved = log_.rename_aside(); !moved) return moved;
  }
  if (auto written = write_lines(options_.lines / kRotations, "after the last rename"); !written) {
    return written;
  }
  return judge("rename", begin);
}

Result<void> ShipperRun::burst() {
  const std::size_t begin = ledger_.size();
  std::string lines;
  const auto add = [&](const char* moment) {
    for (std::uint64_t i = 0; i < 5 * options_.lines; ++i) {
      const std::size_t before = lines.size();
      const audit::Event& event = next_event();
      audit::append_event(lines, event);
      ledger_.sent(event.audit_id, std::string_view(lines).substr(before), moment);
    }
  };
  add("in the burst before the rename");
  if (auto written = log_.write(std::exchange(lines, {})); !written) return written;
  if (auto moved = log_.rename_aside(); !moved) return moved;
  add("in the burst after the rename");
  if (auto written = log_.write(lines); !written) return written;
  return judge("burst", begin);
}

Result<void> ShipperRun::around(std::string_view id, std::string_view what, Happening happen) {
  const std::size_t begin = ledger_.size();
  const std::string moment(what);
  if (auto written = write_lines(options_.lines / 2, "before " + moment); !written) return written;
  // What was not read yet is lost when a log is truncated or removed, whoever reads it.
  if (auto waited = ledger_.wait_for({begin, ledger_.size()}, options_.patience); !waited) {
    return waited;
  }
  if (auto happened = (log_.*happen)(); !happened) return happened;
  if (auto written = write_lines(options_.lines / 2, "after " + moment); !written) return written;
  return judge(id, begin);
}

Result<void> ShipperRun::torn() {
  const std::size_t begin = ledger_.size();
  for (int i = 0; i < 3; ++i) {
    const audit::Event& event = next_event();
    std::string line;
    audit::append_event(line, event);
    ledger_.sent(event.audit_id, line, "in two parts");
    if (auto written = log_.write_torn(line, kTornPause); !written) return written;
  }
  const Range range{begin, ledger_.size()};
  if (auto waited = ledger_.wait_for(range, options_.patience); !waited) return waited;
  judge_all("torn.whole", range);
  judge_unaltered("torn.whole", range);
  return {};
}

Result<void> ShipperRun::restart() {
  if (options_.restart_command.empty()) {
    report_.skip("restart.all", "there is no --restart-command");
    report_.skip("restart.once", "there is no --restart-command");
    return {};
  }
  const std::size_t begin = ledger_.size();
  if (auto written = write_lines(options_.lines / 2, "before the restart"); !written) {
    return written;
  }
  if (auto waited = ledger_.wait_for({begin, ledger_.size()}, options_.patience); !waited) {
    return waited;
  }
  const auto code = run_shell(options_.restart_command, "", kRestartLimit);
  if (!code) return tl::unexpected(code.error());
  if (*code != 0) return fail("--restart-command ended with exit code " + std::to_string(*code));
  if (auto written = write_lines(options_.lines / 2, "after the restart"); !written) return written;
  return judge("restart", begin);
}

// --- writing

const audit::Event& ShipperRun::next_event() {
  event_ = *stream_.next();
  event_.audit_id = run_ + "-" + std::to_string(++number_);
  return event_;
}

Result<void> ShipperRun::write_event(const audit::Event& event, const std::string& moment) {
  std::string line;
  audit::append_event(line, event);
  ledger_.sent(event.audit_id, line, moment + ", " + clock_text());
  return log_.write(line);
}

Result<void> ShipperRun::write_lines(std::uint64_t count, std::string_view moment) {
  const auto begun = Clock::now();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string place(moment);
    if (count > 1) {
      place = "line " + std::to_string(i + 1) + " of " + std::to_string(count) + " " + place;
    }
    if (auto written = write_event(next_event(), place); !written) return written;
    std::this_thread::sleep_until(
        begun + std::chrono::duration_cast<Clock::duration>(
                    std::chrono::duration<double>(static_cast<double>(i + 1) / options_.rate)));
  }
  return {};
}

// --- verdicts

Result<void> ShipperRun::judge(std::string_view id, std::size_t begin) {
  const Range range{begin, ledger_.size()};
  if (auto waited = ledger_.wait_for(range, options_.patience); !waited) return waited;
  judge_all(std::string(id) + ".all", range);
  const std::string once = std::string(id) + ".once";
  if (shipper_suite().find(once) != nullptr) judge_once(once, range);
  return {};
}

void ShipperRun::judge_all(const std::string& check, Range range) {
  const std::size_t missing = ledger_.missing(range);
  if (missing == 0) return;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const ShipperLedger::Sent& sent = ledger_.at(i);
    if (sent.arrived > 0) continue;
    report_.fail(check,
                 std::to_string(missing) + " of " + std::to_string(range.end - range.begin) +
                     " do not arrive; the first was written as " + sent.moment,
                 {{}, 0, sent.audit_id});
    return;
  }
}

void ShipperRun::judge_once(const std::string& check, Range range) {
  std::size_t twice = 0;
  const ShipperLedger::Sent* first = nullptr;
  // What arrived before may come again now.
  for (std::size_t i = 0; i < range.end; ++i) {
    const ShipperLedger::Sent& sent = ledger_.at(i);
    if (sent.arrived < 2 || already_doubled_.contains(i)) continue;
    already_doubled_.insert(i);
    ++twice;
    if (first == nullptr) first = &sent;
  }
  if (first == nullptr) return;
  report_.fail(check,
               std::to_string(twice) + " arrive again; the first was written as " + first->moment,
               {{}, 0, first->audit_id});
}

void ShipperRun::judge_unaltered(const std::string& check, Range range) {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const ShipperLedger::Sent& sent = ledger_.at(i);
    if (sent.arrived == 0 && check == "odd.unaltered") {
      report_.fail(check, "an event does not arrive, written " + sent.moment,
                   {{}, 0, sent.audit_id});
      return;
    }
    if (!sent.altered) continue;
    report_.fail(check, "an event arrives with other members or values, written " + sent.moment,
                 {{}, 0, sent.audit_id});
    return;
  }
}

}  // namespace kaudit::cli
