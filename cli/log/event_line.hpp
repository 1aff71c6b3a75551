#pragma once

#include <string>

#include "audit/search/event_view.hpp"
#include "cli/log/input/time_text.hpp"

namespace kaudit::cli {

/// Whether lines are coloured by verb and outcome.
enum class LineColour : std::uint8_t { No, Yes };

/// Who acted: `alice`, or `alice as bob`. `-` when nobody is known.
std::string actor_text(audit::search::EventView& event);
/// What it was about: `pods/exec default/web-0`, or the path of a request without a resource.
std::string target_text(audit::search::EventView& event);
/// The code of the answer, and its reason when it has one: `403 Forbidden`. "" without an answer.
std::string outcome_text(audit::search::EventView& event);

/// Appends one line for people: time, stage, who, verb, what, outcome. Values are escaped.
void append_event_line(std::string& out, audit::search::EventView& event, Zone zone,
                       LineColour colour = LineColour::No);

}  // namespace kaudit::cli
