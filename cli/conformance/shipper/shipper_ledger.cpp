#include "cli/conformance/shipper/shipper_ledger.hpp"

#include <filesystem>
#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "audit/decoder.hpp"
#include "audit/encoder.hpp"
#include "audit/reader/log_reader.hpp"
#include "base/files/temporary_folder.hpp"
#include "cli/conformance/shell_run.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::FaultKind;
using audit::reader::LogEntry;

constexpr std::chrono::milliseconds kLookAgain{100};
constexpr std::chrono::seconds kCommandLimit{60};

/// Of the event itself: members in any order, other escapes and white space do not matter.
std::uint64_t content_of(const audit::Event& event) {
  std::string text;
  audit::append_event(text, event);
  return std::hash<std::string>()(text);
}

}  // namespace

void ShipperLedger::sent(std::string_view audit_id, std::string_view line, std::string moment) {
  Sent event;
  event.audit_id = audit_id;
  event.moment = std::move(moment);
  if (const auto decoded = audit::decode_event(line)) event.content = content_of(*decoded);
  by_id_.emplace(event.audit_id, sent_.size());
  sent_.push_back(std::move(event));
}

Result<void> ShipperLedger::look() {
  if (target_.command.empty()) {
    std::error_code error;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(target_.file, error));
    if (error || size == seen_size_) return {};  // nothing yet, or nothing new
    seen_size_ = size;
    return read_all(target_.file);
  }
  const auto folder = TemporaryFolder::make();
  if (!folder) return tl::unexpected(folder.error());
  const std::string output = (folder->path() / "arrived").string();
  const auto code = run_shell(target_.command, output, kCommandLimit);
  if (!code) return tl::unexpected(code.error());
  if (*code != 0) {
    return fail("--verify-command ended with exit code " + std::to_string(*code));
  }
  return read_all(output);
}

Result<void> ShipperLedger::read_all(const std::string& path) {
  for (Sent& event : sent_) {
    event.arrived = 0;
    event.altered = false;
  }
  arrived_ = 0;
  faults_ = 0;
  audit::reader::LogReader reader({path});
  while (const LogEntry* const entry = reader.next()) {
    if (entry->kind == EntryKind::Unreadable) return fail(std::string(entry->reason));
    // The last line may be on its way.
    if (entry->kind == EntryKind::Fault && entry->fault == FaultKind::CutAtEnd) continue;
    const auto event = audit::reader::decode_entry(*entry);
    if (entry->kind == EntryKind::Fault || !event) {
      if (faults_++ == 0) {
        fault_ = "line " + std::to_string(entry->line) + " of what arrived: " +
                 (event ? std::string(entry->reason) : event.error().message);
      }
      continue;
    }
    ++arrived_;
    const auto found = by_id_.find(event->audit_id);
    if (found == by_id_.end()) continue;
    Sent& sent = sent_[found->second];
    if (sent.arrived++ == 0) sent.position = arrived_;
    sent.altered = sent.altered || content_of(*event) != sent.content;
  }
  return {};
}

std::size_t ShipperLedger::missing(Range range) const {
  std::size_t missing = 0;
  for (std::size_t i = range.begin; i < range.end; ++i) missing += sent_[i].arrived == 0 ? 1 : 0;
  return missing;
}

Result<void> ShipperLedger::wait_for(Range range, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  auto give_up = Clock::now() + patience;
  std::uint64_t before = arrived_;
  for (;;) {
    if (auto looked = look(); !looked) return looked;
    if (missing(range) == 0 || Clock::now() >= give_up) return {};
    if (arrived_ > before) give_up = Clock::now() + patience;
    before = arrived_;
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace kaudit::cli
