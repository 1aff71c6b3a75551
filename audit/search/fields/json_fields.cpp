// Fields of any JSON source: values by pointer, the event's time.
#include <cstdio>
#include <string>

#include "audit/search/field.hpp"
#include "audit/search/indented_json.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::audit::search {
namespace {

void value(const Reading& reading) { reading.add(reading.event.at_pointer(reading.use.argument)); }

void object(const Reading& reading) {
  std::string& text = reading.arena.add();
  append_indented(text, reading.event.json());
  reading.out.add(text);
}

std::string nine_digits(std::uint32_t nanoseconds) {
  std::string digits = std::to_string(nanoseconds);
  return std::string(9 - digits.size(), '0') + digits;
}

/// Seconds, and nine digits of nanoseconds. Falco's rules turn others off by asking for 0, which no
/// event has to be looked at for.
bool is_raw_time(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 9 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void raw_time(const Reading& reading) {
  if (const auto time = reading.event.time()) {
    reading.add_made(std::to_string(time->seconds) + nine_digits(time->nanoseconds));
  }
}

/// The date and time in UTC with nanoseconds. Falco's own are in the zone of its process.
void iso_time(const Reading& reading) {
  const auto time = reading.event.time();
  if (!time) return;
  std::string text = rfc3339_text(*time);
  if (text.ends_with('Z')) text.pop_back();
  reading.add_made(text + "." + nine_digits(time->nanoseconds) + "Z");
}

void clock_time(const Reading& reading) {
  const auto time = reading.event.time();
  if (!time) return;
  const std::string text = rfc3339_text(*time);
  const std::size_t t = text.find('T');
  if (t == std::string::npos || text.size() < t + 9) return;
  reading.add_made(text.substr(t + 1, 8) + "." + nine_digits(time->nanoseconds));
}

}  // namespace

void add_json_fields(std::vector<FieldInfo>& fields) {
  for (const char* const prefix : {"jevt", "json"}) {
    const std::string name = prefix;
    fields.push_back({name + ".value", false, Argument::Pointer, Level::Metadata, "any", value});
    fields.push_back({name + ".obj", false, Argument::None, Level::Metadata, "the event", object});
    fields.push_back({name + ".rawtime", false, Argument::None, Level::Metadata, "stageTimestamp",
                      raw_time, is_raw_time});
  }
  for (const char* const name : {"jevt.time", "evt.time"}) {
    fields.push_back({name, false, Argument::None, Level::Metadata, "stageTimestamp", clock_time});
    fields.push_back({std::string(name) + ".iso8601", false, Argument::None, Level::Metadata,
                      "stageTimestamp", iso_time});
  }
  fields.push_back({"evt.rawtime", false, Argument::None, Level::Metadata, "stageTimestamp",
                    raw_time, is_raw_time});
}

}  // namespace kaudit::audit::search
