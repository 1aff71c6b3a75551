#include "cli/receiver/event_output.hpp"

#include <vector>

#include "audit/decoder.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

std::string column(std::string_view text, std::size_t width) {
  std::string out = text.empty() ? "-" : visible(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out + " ";
}

}  // namespace

std::string wide_line(std::string_view event) {
  const auto decoded = audit::decode_event(event);
  // It is stored as it came; only a person cannot be shown what it is about.
  if (!decoded) return "? " + visible(decoded.error().message) + "\n";
  std::string time;
  append_rfc3339(time, decoded->stage_timestamp, TimeForm::MicroTime);
  const std::string code =
      decoded->response_status ? std::to_string(decoded->response_status->code) : "-";
  return column(time, 0) + column(decoded->stage, 16) + column(decoded->level, 15) +
         column(code, 3) + column(decoded->verb, 8) + column(decoded->user->username, 20) +
         visible(decoded->request_uri) + " [" + visible(decoded->audit_id) + "]\n";
}

void EventPrinter::print_events(std::string_view lines) {
  if (output_ == EventOutput::Quiet || lines.empty()) return;
  std::string text;
  if (output_ == EventOutput::Json) {
    text = lines;
  } else {
    while (!lines.empty()) text += wide_line(take_until(lines, '\n'));
  }
  const Lock lock(mutex_);
  // Events are data: JSON keeps its bytes, and wide lines have been made harmless above.
  print_as_is(text);
  // At once: somebody may wait for it.
  [[maybe_unused]] const auto written = finish_printing();
}

}  // namespace kaudit::cli
