#include "cli/log/rules/event_members.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "audit/event_json.hpp"
#include "audit/level.hpp"
#include "base/text/ascii.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"

namespace kaudit::cli {
namespace {

/// Members of what has fixed members in an Event. (audit.k8s.io/v1)
constexpr std::array kInner =
    std::to_array<std::string_view>({"user.username",
                                     "user.uid",
                                     "user.groups",
                                     "user.extra",
                                     "impersonatedUser.username",
                                     "impersonatedUser.uid",
                                     "impersonatedUser.groups",
                                     "impersonatedUser.extra",
                                     "authenticationMetadata.impersonationConstraint",
                                     "objectRef.resource",
                                     "objectRef.namespace",
                                     "objectRef.name",
                                     "objectRef.uid",
                                     "objectRef.apiGroup",
                                     "objectRef.apiVersion",
                                     "objectRef.resourceVersion",
                                     "objectRef.subresource",
                                     "responseStatus.metadata",
                                     "responseStatus.status",
                                     "responseStatus.message",
                                     "responseStatus.reason",
                                     "responseStatus.details",
                                     "responseStatus.code"});

/// Those, and the Event's own.
constexpr auto kMembers = [] {
  std::array<std::string_view, audit::kEventMembers.size() + kInner.size()> all;
  std::ranges::copy(kInner, std::ranges::copy(audit::kEventMembers, all.begin()).out);
  return all;
}();

/// Below these anything may be.
constexpr std::array<std::string_view, 7> kOpen = {"requestObject.",
                                                   "responseObject.",
                                                   "annotations.",
                                                   "user.extra.",
                                                   "impersonatedUser.extra.",
                                                   "responseStatus.details.",
                                                   "responseStatus.metadata."};

/// Names that people look for, and where the thing is.
struct Elsewhere {
  std::string_view name;
  std::string_view path;
};
constexpr std::array kElsewhere = std::to_array<Elsewhere>({
    {"hostPath", "requestObject.spec.volumes.hostPath.path"},
    {"capabilities", "requestObject.spec.containers.securityContext.capabilities.add"},
    {"privileged", "requestObject.spec.containers.securityContext.privileged"},
    {"hostNetwork", "requestObject.spec.hostNetwork"},
    {"hostPID", "requestObject.spec.hostPID"},
    {"hostIPC", "requestObject.spec.hostIPC"},
    {"image", "requestObject.spec.containers.image"},
    {"command", "requestURI (of exec) or requestObject.spec.containers.command"},
    {"sourceIP", "sourceIPs"},
    {"sourceIPAddress", "sourceIPs"},
    {"uri", "requestURI"},
    {"code", "responseStatus.code"},
    {"reason", "responseStatus.reason"},
    {"decision", "annotations.authorization.k8s.io/decision"},
    {"timestamp", "stageTimestamp"},
});

/// A member of one of the fixed objects with this last name.
std::string_view member_ending(std::string_view name) {
  for (const std::string_view member : kMembers) {
    const std::size_t dot = member.rfind('.');
    if (dot == std::string_view::npos) continue;
    if (equals_ignoring_case(member.substr(dot + 1), name) &&
        !member.starts_with("impersonatedUser") && member != "responseStatus.metadata") {
      return member;
    }
  }
  return {};
}

std::string fix_of(std::string_view path) {
  const std::string_view last =
      path.substr(path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.') + 1);
  for (const auto& [name, place] : kElsewhere) {
    if (equals_ignoring_case(name, last)) return "use " + std::string(place);
  }
  const std::string_view ending = member_ending(last);
  if (!ending.empty()) return "use " + std::string(ending);
  const std::string_view near = nearest(path, kMembers, 2);
  return near.empty()
             ? "look at an event for where it is: bodies are in requestObject and responseObject"
             : "use " + std::string(near);
}

constexpr std::array<std::string_view, 18> kEventVerbs = {
    "get",   "list", "watch", "create", "update",  "patch",   "delete", "deletecollection",
    "proxy", "post", "put",   "head",   "options", "connect", "trace",  "propfind",
    "mkcol", "copy"};

bool is_number_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string one_of(std::initializer_list<std::string_view> values) {
  std::string out;
  for (const std::string_view value : values) out += (out.empty() ? "" : ", ") + std::string(value);
  return out;
}

}  // namespace

bool is_known_verb(std::string_view verb) noexcept {
  return std::ranges::find(kEventVerbs, verb) != kEventVerbs.end();
}

std::string meant_verb(std::string_view verb) {
  std::string lower = lower_case(verb);
  if (lower == "replace" || lower == "edit") return "update (and patch)";
  if (lower == "apply" || lower == "merge") return "patch";
  if (lower == "exec" || lower == "attach" || lower == "portforward") {
    return "create or get with objectRef.subresource " + lower;
  }
  if (lower == "read") return "get (and list, watch)";
  if (lower == "remove") return "delete";
  if (is_known_verb(lower)) return lower;
  return std::string(nearest(lower, kEventVerbs));
}

std::optional<FieldProblem> field_problem(std::string_view path) {
  if (path.empty() || path == "any" || path.find(' ') != std::string_view::npos) {
    return std::nullopt;
  }
  const bool known =
      std::ranges::find(kMembers, path) != kMembers.end() ||
      std::ranges::any_of(kOpen, [&](std::string_view open) { return path.starts_with(open); });
  if (known) return std::nullopt;
  // An element by its number.
  const std::size_t dot = path.rfind('.');
  if (dot != std::string_view::npos && is_number_text(path.substr(dot + 1))) {
    const std::string_view list = path.substr(0, dot);
    if (list == "sourceIPs" || list.ends_with(".groups")) return std::nullopt;
  }
  return FieldProblem{"no audit event has a member " + go_quoted(path), fix_of(path)};
}

std::optional<std::string> value_problem(std::string_view path, const std::string& value,
                                         bool ignores_case) {
  const auto is = [&](std::initializer_list<std::string_view> values) {
    return std::ranges::any_of(values, [&](std::string_view one) {
      return ignores_case ? equals_ignoring_case(one, value) : one == value;
    });
  };
  if (path == "stage" && !is({"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"})) {
    return "stages are RequestReceived, ResponseStarted, ResponseComplete and Panic";
  }
  if (path == "level" && !is({"Metadata", "Request", "RequestResponse"})) {
    return "recorded levels are Metadata, Request and RequestResponse";
  }
  if (path == "responseStatus.code" && !(is_number_text(value) && value.size() == 3)) {
    return "it is an HTTP status code, like 403; whether a request was allowed is in "
           "annotations.authorization.k8s.io/decision";
  }
  if (path == "responseStatus.status" && !is({"Success", "Failure"})) {
    return "it is " + one_of({"Success", "Failure"}) + " or absent";
  }
  if (path == "annotations.authorization.k8s.io/decision" && !is({"allow", "forbid"})) {
    return "decisions are allow and forbid";
  }
  if (path == "kind" && !is({"Event"})) return "the kind of an audit event is Event";
  return std::nullopt;
}

}  // namespace kaudit::cli
