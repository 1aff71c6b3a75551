#include "cli/log/story/timeline_entry.hpp"

#include <algorithm>

#include "base/text/list.hpp"
#include "base/text/percent.hpp"
#include "cli/log/event_line.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;
using audit::search::text_of;

/// The values of a parameter in a URL's query.
std::vector<std::string> query_values(const std::string& uri, std::string_view wanted) {
  std::vector<std::string> values;
  const std::size_t mark = uri.find('?');
  if (mark == std::string::npos) return values;
  for (std::string_view rest = std::string_view(uri).substr(mark + 1); !rest.empty();) {
    std::string_view value = take_until(rest, '&');
    const auto key = unescape(take_until(value, '='), UrlPart::Query);
    if (!key || *key != wanted) continue;
    const auto text = unescape(value, UrlPart::Query);
    values.push_back(text ? *text : std::string(value));
  }
  return values;
}

/// Accounts of controllers, nodes and the server itself.
bool is_controller(const std::string& user) {
  return user.starts_with("system:serviceaccount:kube-system:") ||
         user.starts_with("system:node:") || user == "system:apiserver" ||
         user.starts_with("system:kube-");
}

bool is_earlier(const std::optional<Timestamp>& a, const std::optional<Timestamp>& b) {
  if (!a || !b) return a.has_value();
  return a->seconds != b->seconds ? a->seconds < b->seconds : a->nanoseconds < b->nanoseconds;
}

}  // namespace

std::vector<std::string> exec_command(EventView& event) {
  if (text_of(event.part(Part::ObjectRef, "subresource")) != "exec") return {};
  return query_values(text_of(event.part(Part::RequestUri)), "command");
}

TimelineEntry timeline_entry(EventView& event) {
  TimelineEntry entry;
  entry.time = audit::search::time_of(event.part(Part::RequestReceivedTimestamp));
  entry.end = event.time();
  if (!entry.time) entry.time = entry.end;
  entry.audit_id = text_of(event.part(Part::AuditId));
  entry.user = text_of(event.part(Part::User, "username"));
  entry.impersonated = text_of(event.part(Part::ImpersonatedUser, "username"));
  entry.verb = text_of(event.part(Part::Verb));
  entry.target = target_text(event);
  entry.code = text_of(event.part(Part::ResponseStatus, "code"));
  entry.reason = text_of(event.part(Part::ResponseStatus, "reason"));
  entry.user_agent = text_of(event.part(Part::UserAgent));
  entry.source_ip = text_of(audit::search::element_of(event.part(Part::SourceIps), 0));
  const auto dry = query_values(text_of(event.part(Part::RequestUri)), "dryRun");
  if (!dry.empty()) entry.dry_run = dry.front();
  entry.stages.push_back(text_of(event.part(Part::Stage)));
  entry.command = exec_command(event);
  entry.by_controller = is_controller(entry.user);
  return entry;
}

void join_stage(TimelineEntry& entry, const TimelineEntry& later) {
  for (const std::string& stage : later.stages) {
    if (std::ranges::find(entry.stages, stage) == entry.stages.end()) entry.stages.push_back(stage);
  }
  if (is_earlier(later.time, entry.time)) entry.time = later.time;
  if (is_earlier(entry.end, later.end)) entry.end = later.end;
  if (!later.code.empty()) entry.code = later.code;
  if (!later.reason.empty()) entry.reason = later.reason;
  // A create has its object's name in later stages only.
  if (later.target.size() > entry.target.size()) entry.target = later.target;
  if (!later.changes.empty()) entry.changes = later.changes;
}

bool may_fold(const TimelineEntry& first, const TimelineEntry& second) {
  return first.by_controller && second.by_controller && first.user == second.user &&
         first.impersonated == second.impersonated && first.verb == second.verb &&
         first.target == second.target && first.code == second.code && second.changes.empty();
}

}  // namespace kaudit::cli
