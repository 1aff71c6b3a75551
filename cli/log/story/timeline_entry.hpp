#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/search/event_view.hpp"
#include "cli/log/input/time_text.hpp"

namespace kaudit::cli {

/// One request of a timeline, its stages joined.
struct TimelineEntry {
  std::optional<Timestamp> time;  ///< when it came
  std::optional<Timestamp> end;   ///< when its last stage came
  std::string audit_id;
  std::string user;
  std::string impersonated;  ///< "" when nobody is
  std::string verb;
  std::string target;
  std::string code;
  std::string reason;
  std::string user_agent;
  std::string source_ip;
  std::string dry_run;
  std::vector<std::string> stages;
  std::vector<std::string> command;  ///< of exec
  std::vector<std::string> changes;  ///< what differs, or what the patch said
  std::uint64_t times = 1;           ///< how many requests were folded into it
  bool by_controller = false;

  bool succeeded() const { return code.empty() || code.front() < '4'; }
};

/// What an event says of its request; not what changed.
TimelineEntry timeline_entry(audit::search::EventView& event);
/// Adds another stage of the same request.
void join_stage(TimelineEntry& entry, const TimelineEntry& later);
/// Whether the second is the like of the first, by a controller, and may be folded into it.
bool may_fold(const TimelineEntry& first, const TimelineEntry& second);

/// The words of `command=` in the URL of an exec; none for other requests.
std::vector<std::string> exec_command(audit::search::EventView& event);

void append_timeline_text(std::string& out, const TimelineEntry& entry, Zone zone);
/// One line.
void append_timeline_json(std::string& out, const TimelineEntry& entry, Zone zone);

}  // namespace kaudit::cli
