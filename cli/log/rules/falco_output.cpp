#include "cli/log/rules/falco_output.hpp"

#include <array>
#include <cstdio>
#include <string_view>

#include "audit/search/output_template.hpp"
#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

using audit::rules::RuleAlert;

std::string nanoseconds_text(const RuleAlert& alert) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%09u", alert.time ? alert.time->nanoseconds : 0);
  return digits.data();
}

/// `06:43:58.123456000`
std::string clock_text(const RuleAlert& alert, Zone zone) {
  const std::string whole = time_text(alert.time, zone);
  const std::size_t t = whole.find('T');
  if (t == std::string::npos) return "--:--:--.---------";
  return whole.substr(t + 1, 8) + "." + nanoseconds_text(alert);
}

std::string alert_text(const RuleAlert& alert, Zone zone) {
  return clock_text(alert, zone) + ": " + std::string(alert.priority) + " " + alert.output;
}

}  // namespace

void append_falco_text(std::string& out, const RuleAlert& alert, Zone zone) {
  out += visible(alert_text(alert, zone)) + "\n";
}

void append_falco_json(std::string& out, const RuleAlert& alert) {
  const auto member = [&out](const char* name, std::string_view value) {
    out += name;
    append_json_string(out, value);
  };
  std::string time = time_text(alert.time);
  if (time.size() > 20) time = time.substr(0, 20) + nanoseconds_text(alert) + "Z";
  member("{\"output\":", alert_text(alert, Zone::Utc));
  out += ",\"output_fields\":{";
  bool first = true;
  if (alert.falco != nullptr) {
    for (const std::size_t slot : alert.falco->output.slots()) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, alert.event->use(slot).text());
      out += ':';
      const auto& values = alert.event->values(slot);
      if (!values.present()) {
        out += "null";
        continue;
      }
      std::string text;
      append_values(text, values, alert.event->info(slot));
      append_json_string(out, text);
    }
  }
  member("},\"priority\":", alert.priority);
  member(",\"rule\":", alert.rule);
  member(",\"source\":", alert.falco != nullptr ? "k8s_audit" : "sigma");
  out += ",\"tags\":[";
  if (alert.falco != nullptr) {
    for (const std::string& tag : alert.falco->rule.tags) {
      if (out.back() != '[') out += ',';
      append_json_string(out, tag);
    }
  }
  member("],\"time\":", time);
  out += "}\n";
}

}  // namespace kaudit::cli
