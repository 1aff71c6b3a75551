#include "cli/policy/replay.hpp"

#include <algorithm>
#include <utility>

#include "audit/decoder.hpp"
#include "base/text/trim.hpp"
#include "cli/line_reader.hpp"
#include "cli/open_requests.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

constexpr std::uint64_t kToldLines = 10;

class Replay {
 public:
  Replay(ReplaySummary& summary, const std::function<void(const RecordedRequest&)>& take)
      : summary_(summary), take_(take) {}

  Result<void> read(const std::string& path) {
    auto reader = LineReader::open(path);
    if (!reader) return tl::unexpected(reader.error());
    for (std::uint64_t number = 1;; ++number) {
      const auto line = reader->next();
      if (!line) return tl::unexpected(line.error());
      if (!*line) return {};
      if (is_blank_line(**line)) continue;
      if (const auto taken = take_line(**line); !taken) refuse(path, number, taken.error());
    }
  }

  void finish() {
    pending_.drain([this](const RecordedRequest& request) { hand_over(request); });
    if (summary_.refused_lines > kToldLines) {
      complain(std::to_string(summary_.refused_lines - kToldLines) + " more lines are not events");
    }
  }

 private:
  Result<void> take_line(std::string_view line) {
    const auto event = audit::decode_event(line);
    if (!event) return fail(event.error().message);
    if (RecordedRequest* known = pending_.find(event->audit_id)) {
      if (auto added = known->add(*event); !added) return added;
      count(*event, line);
      if (known->finished()) {
        hand_over(*known);
        pending_.erase(event->audit_id);
      }
      return {};
    }
    auto request = RecordedRequest::begin(*event);
    if (!request) return tl::unexpected(request.error());
    count(*event, line);
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

  void refuse(const std::string& path, std::uint64_t number, const Error& error) {
    if (++summary_.refused_lines > kToldLines) return;
    complain(path + ":" + std::to_string(number) + ": no event: " + error.message);
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
  for (const std::string& path : paths) {
    if (auto read = replay.read(path); !read) return tl::unexpected(read.error());
  }
  replay.finish();
  return summary;
}

}  // namespace kaudit::cli
