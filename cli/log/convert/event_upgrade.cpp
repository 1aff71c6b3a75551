#include "cli/log/convert/event_upgrade.hpp"

#include <algorithm>
#include <utility>

#include "audit/reader/log_entry.hpp"
#include "audit/search/event_view.hpp"
#include "base/text/rfc3339.hpp"
#include "base/text/timestamp_text.hpp"

namespace kaudit::cli {
namespace {

using audit::search::EventView;
using audit::search::MemberWalk;
using audit::search::Part;
using audit::search::text_of;

constexpr std::string_view kV1 = "audit.k8s.io/v1";

/// Members of v1, which go over as they are.
bool is_v1_member(std::string_view name) {
  constexpr std::string_view kMembers[] = {"level",
                                           "auditID",
                                           "stage",
                                           "requestURI",
                                           "verb",
                                           "user",
                                           "impersonatedUser",
                                           "sourceIPs",
                                           "userAgent",
                                           "responseStatus",
                                           "requestObject",
                                           "responseObject",
                                           "annotations",
                                           "authenticationMetadata"};
  return std::ranges::find(kMembers, name) != std::end(kMembers);
}

/// An objectRef whose apiVersion has the group in it, as v1alpha1 wrote it.
std::string parted_reference(std::string_view reference) {
  const std::string version = text_of(audit::search::member_of(reference, "apiVersion"));
  const std::size_t slash = version.find('/');
  if (slash == std::string::npos || !audit::search::member_of(reference, "apiGroup").empty()) {
    return std::string(reference);
  }
  std::string out = "{";
  for (MemberWalk walk(reference); walk.next();) {
    if (out.size() > 1) out += ',';
    if (walk.name() == "apiVersion") {
      out += R"("apiGroup":")" + version.substr(0, slash) + R"(","apiVersion":")" +
             version.substr(slash + 1) + '"';
    } else {
      out += '"' + std::string(walk.name()) + "\":" + std::string(walk.value());
    }
  }
  return out + "}";
}

/// A time member, in the form that v1 wants.
void append_time(std::string& out, std::string_view name, const std::optional<Timestamp>& time) {
  if (!time) return;
  out += ",\"" + std::string(name) + "\":";
  append_micro_time(out, *time);
}

struct Rewritten {
  std::string json;
  std::vector<std::string> lost;
};

Rewritten rewritten(EventView& event) {
  Rewritten out;
  out.json = R"({"kind":"Event","apiVersion":"audit.k8s.io/v1")";
  for (MemberWalk walk(event.json()); walk.next();) {
    const std::string_view name = walk.name();
    if (is_v1_member(name)) {
      out.json += ",\"" + std::string(name) + "\":" + std::string(walk.value());
    } else if (name == "objectRef") {
      out.json += ",\"objectRef\":" + (audit::search::is_object(walk.value())
                                           ? parted_reference(walk.value())
                                           : std::string(walk.value()));
    } else if (name == "metadata") {
      // The time of creation becomes the request's, where nothing better is there.
      for (MemberWalk inner(walk.value()); inner.next();) {
        if (inner.name() == "creationTimestamp" || audit::search::is_null(inner.value())) continue;
        out.lost.push_back("metadata." + std::string(inner.name()));
      }
    } else if (name != "kind" && name != "apiVersion" && name != "timestamp" &&
               name != "stageTimestamp" && name != "requestReceivedTimestamp") {
      out.lost.emplace_back(name);
    }
  }
  auto received = audit::search::time_of(event.part(Part::RequestReceivedTimestamp));
  auto stage = audit::search::time_of(event.part(Part::StageTimestamp));
  const auto old = audit::search::time_of(event.part(Part::Timestamp));
  if (!received) received = old ? old : event.time();
  if (!stage) stage = old ? old : received;
  append_time(out.json, "requestReceivedTimestamp", received);
  append_time(out.json, "stageTimestamp", stage);
  out.json += "}";
  return out;
}

}  // namespace

tl::expected<UpgradedEvent, audit::DecodeError> upgraded_event(std::string_view json) {
  EventView view;
  const bool object = view.reset(json);
  const bool current =
      text_of(view.part(Part::ApiVersion)) == kV1 && text_of(view.part(Part::Kind)) == "Event";
  if (current || !object) {
    auto event = audit::decode_event(json);
    if (event) return UpgradedEvent{*std::move(event), {}, false};
    // Times that are not v1's are mended below; all else stays what it is.
    if (event.error().error_class != audit::DecodeErrorClass::Time) {
      return tl::unexpected(std::move(event.error()));
    }
  }
  const std::string version = text_of(view.part(Part::ApiVersion));
  if (version.empty()) {  // as an item of a list
    audit::reader::LogEntry entry;
    entry.event = json;
    entry.wrapping = audit::reader::Wrapping::List;
    if (auto event = audit::reader::decode_entry(entry)) {
      return UpgradedEvent{*std::move(event), {}, false};
    }
  }
  const bool ours = version.empty() || version.starts_with("audit.k8s.io/");
  if (!ours || !audit::search::is_valid_json(json)) {
    auto event = audit::decode_event(json);
    if (!event) return tl::unexpected(std::move(event.error()));
  }
  Rewritten rewrite = rewritten(view);
  auto event = audit::decode_event(rewrite.json);
  if (!event) return tl::unexpected(std::move(event.error()));
  return UpgradedEvent{*std::move(event), std::move(rewrite.lost), true};
}

}  // namespace kaudit::cli
