#include "cli/log/story/timeline.hpp"

#include <algorithm>
#include <utility>

#include "cli/log/story/object_difference.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::Part;

/// Of how many objects, and up to which size, the last known body is kept.
constexpr std::size_t kMostBodies = 64;
constexpr std::size_t kLargestBody = 256 * 1024;

bool changes_object(const std::string& verb) {
  return verb == "create" || verb == "update" || verb == "patch";
}

/// A body that is the object, not a Status or a list.
bool is_object_body(std::string_view body) {
  return audit::search::is_object(audit::search::member_of(body, "metadata")) &&
         audit::search::text_of(audit::search::member_of(body, "kind")) != "Status";
}

}  // namespace

std::vector<std::string> Timeline::changes_of(EventView& event, const TimelineEntry& entry) {
  const std::string_view response = event.part(Part::ResponseObject);
  const std::string_view request = event.part(Part::RequestObject);
  const std::string_view body =
      is_object_body(response) && event.part(Part::ObjectRef, "subresource").empty()
          ? response
          : std::string_view();
  std::vector<std::string> changes;
  const auto known = bodies_.find(entry.target);
  if (changes_object(entry.verb) && entry.succeeded()) {
    if (!body.empty() && known != bodies_.end()) {
      changes = object_difference(known->second, body);
    } else if (entry.verb == "patch" && !request.empty()) {
      changes = object_values(request);
    }
  }
  if (!body.empty() && body.size() <= kLargestBody && entry.verb != "delete") {
    if (bodies_.size() >= kMostBodies && known == bodies_.end()) bodies_.erase(bodies_.begin());
    bodies_[entry.target] = std::string(body);
  }
  if (entry.verb == "delete") bodies_.erase(entry.target);
  return changes;
}

void Timeline::add(EventView& event) {
  TimelineEntry entry = timeline_entry(event);
  entry.changes = changes_of(event, entry);
  const auto known = entry.audit_id.empty() ? by_id_.end() : by_id_.find(entry.audit_id);
  if (known != by_id_.end() && known->second >= dropped_) {
    join_stage(entries_[static_cast<std::size_t>(known->second - dropped_)], entry);
    return;
  }
  if (entries_.size() == kMostEntries) {
    by_id_.erase(entries_.front().audit_id);
    entries_.pop_front();
    ++dropped_;
  }
  if (!entry.audit_id.empty()) by_id_[entry.audit_id] = dropped_ + entries_.size();
  entries_.push_back(std::move(entry));
}

std::vector<TimelineEntry> Timeline::finish(bool fold) {
  std::vector<TimelineEntry> sorted(std::make_move_iterator(entries_.begin()),
                                    std::make_move_iterator(entries_.end()));
  entries_.clear();
  by_id_.clear();
  std::ranges::stable_sort(sorted, [](const TimelineEntry& a, const TimelineEntry& b) {
    if (!a.time || !b.time) return false;
    return a.time->seconds != b.time->seconds ? a.time->seconds < b.time->seconds
                                              : a.time->nanoseconds < b.time->nanoseconds;
  });
  if (!fold) return sorted;
  std::vector<TimelineEntry> folded;
  for (TimelineEntry& entry : sorted) {
    if (!folded.empty() && may_fold(folded.back(), entry)) {
      ++folded.back().times;
      folded.back().end = entry.end;
    } else {
      folded.push_back(std::move(entry));
    }
  }
  return folded;
}

}  // namespace kaudit::cli
