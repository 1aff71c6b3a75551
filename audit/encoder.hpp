#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "audit/event.hpp"

namespace kaudit {
class JsonWriter;
}

namespace kaudit::audit {

/// Appends `{"kind":"Event","apiVersion":"audit.k8s.io/v1",…}` and a newline: one line of the log,
/// byte-identical with Kubernetes' (audit-semantics 1).
void append_event(std::string& out, const Event& event);
/// The same, to a writer.
void write_event_line(JsonWriter& writer, const Event& event);

/// Appends the event as an item of a list: without kind and apiVersion, without newline.
void append_list_item(std::string& out, const Event& event);

/// Appends the EventList that the webhook backend posts, with its newline. No events:
/// `"items":null`.
void append_event_list(std::string& out, std::span<const EventPtr> events);

/// How many bytes append_event() appends. It encodes to find out, and keeps the result beside the
/// event for the backend that encodes it next (encoded_event.hpp).
std::size_t line_size(const Event& event);

/// The same of append_list_item().
std::size_t item_size(const Event& event);
/// How many bytes a list has around its items and the commas between them, when it has any.
inline constexpr std::size_t kEventListFrame = 77;

/// Appends the legacy line (`--audit-log-format=legacy`) with its newline; its time is in the
/// process's local zone.
void append_legacy_line(std::string& out, const Event& event);

}  // namespace kaudit::audit
