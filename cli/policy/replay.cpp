#include "cli/policy/replay.hpp"

#include <algorithm>
#include <utility>

#include "audit/reader/log_reader.hpp"
#include "cli/open_requests.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

using audit::reader::EntryKind;
using audit::reader::LogEntry;
using audit::reader::LogReader;

constexpr std::uint64_t kToldLines = 10;

class Replay {
 public:
  Replay(ReplaySummary& summary, const std::function<void(const RecordedRequest&)>& take)
      : summary_(summary), take_(take) {}

  Result<void> read(const std::vector<std::string>& paths) {
    LogReader reader(paths);
    while (const LogEntry* const entry = reader.next()) {
      switch (entry->kind) {
        case EntryKind::Unreadable:
          return fail(std::string(entry->reason));
        case EntryKind::Fault:
          refuse(*entry, std::string(entry->reason));
          break;
        case EntryKind::Event:
          if (const auto taken = take_event(*entry); !taken) refuse(*entry, taken.error().message);
          break;
      }
    }
    return {};
  }

  void finish() {
    pending_.drain([this](const RecordedRequest& request) { hand_over(request); });
    if (summary_.refused_lines > kToldLines) {
      complain(std::to_string(summary_.refused_lines - kToldLines) + " more lines are not events");
    }
  }

 private:
  Result<void> take_event(const LogEntry& entry) {
    const auto event = audit::reader::decode_entry(entry);
    if (!event) return fail(event.error().message);
    if (RecordedRequest* known = pending_.find(event->audit_id)) {
      if (auto added = known->add(*event); !added) return added;
      count(*event, entry.event);
      if (known->finished()) {
        hand_over(*known);
        pending_.erase(event->audit_id);
      }
      return {};
    }
    auto request = RecordedRequest::begin(*event);
    if (!request) return tl::unexpected(request.error());
    count(*event, entry.event);
    if (request->finished()) {
      hand_over(*request);
    } else {
      pending_.add(event->audit_id, *std::move(request),
                   [this](const RecordedRequest& oldest) { hand_over(oldest); });
    }
    return {};
  }

  void count(const audit::Event& event, std::string_view line) {
    ++summary_.events;
    summary_.bytes += line.size() + 1;
    if (event.request_received_timestamp.is_zero()) return;
    const std::int64_t at = event.request_received_timestamp.seconds;
    summary_.first = std::min(at, summary_.first.value_or(at));
    summary_.last = std::max(at, summary_.last.value_or(at));
  }

  void hand_over(const RecordedRequest& request) {
    ++summary_.requests;
    take_(request);
  }

  void refuse(const LogEntry& entry, const std::string& why) {
    if (++summary_.refused_lines > kToldLines) return;
    complain(std::string(entry.file) + ":" + std::to_string(entry.line) + ": no event: " + why);
  }

  ReplaySummary& summary_;
  const std::function<void(const RecordedRequest&)>& take_;
  OpenRequests<RecordedRequest> pending_;
};

}  // namespace

std::optional<double> ReplaySummary::days() const {
  constexpr double kDay = 24 * 3600;
  if (!first || *last - *first < 60) return std::nullopt;
  return static_cast<double>(*last - *first) / kDay;
}

Result<ReplaySummary> replay(const std::vector<std::string>& paths,
                             const std::function<void(const RecordedRequest&)>& take) {
  ReplaySummary summary;
  Replay replay(summary, take);
  if (auto read = replay.read(paths); !read) return tl::unexpected(read.error());
  replay.finish();
  return summary;
}

}  // namespace kaudit::cli
