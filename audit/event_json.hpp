#pragma once

#include <array>
#include <string_view>

#include "audit/event.hpp"
#include "base/json/json_writer.hpp"

namespace kaudit::audit {

inline constexpr char kLineBegin[] = R"({"kind":"Event","apiVersion":"audit.k8s.io/v1",)";
inline constexpr char kRequestObjectMember[] = R"(,"requestObject":)";
inline constexpr char kResponseObjectMember[] = R"(,"responseObject":)";

/// The members of an Event in the order in which they are written (audit-semantics 1).
inline constexpr std::array kEventMembers = std::to_array<std::string_view>(
    {"kind", "apiVersion", "level", "auditID", "stage", "requestURI", "verb", "user",
     "impersonatedUser", "authenticationMetadata", "sourceIPs", "userAgent", "objectRef",
     "responseStatus", "requestObject", "responseObject", "requestReceivedTimestamp",
     "stageTimestamp", "annotations"});

// What all events of a request say alike: what comes before the value of `"stage"`, the members
// from `"requestURI"` to `"objectRef"`, and `"requestReceivedTimestamp"`; the last two with the
// comma before them.
void write_identity(JsonWriter& writer, const Event& event);
void write_request(JsonWriter& writer, const Event& event);
void write_received(JsonWriter& writer, const Event& event);

/// The members that an Event and an item of an EventList share, without braces: those from
/// `"level"` to the bodies, and those after them, the comma between included.
void write_members_before_bodies(JsonWriter& writer, const Event& event);
void write_members_after_bodies(JsonWriter& writer, const Event& event);

}  // namespace kaudit::audit
