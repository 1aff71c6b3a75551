// Timelines for people and for programs.
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "cli/log/story/timeline_entry.hpp"

namespace kaudit::cli {
namespace {

using TimelineJson = nlohmann::ordered_json;

std::string words_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n\"'\\$`;&|<>()*?") == std::string::npos;
    out += plain ? word : go_quoted(word);
  }
  return out;
}

}  // namespace

void append_timeline_text(std::string& out, const TimelineEntry& entry, Zone zone) {
  out += time_text(entry.time, zone) + "  " + visible(entry.user.empty() ? "-" : entry.user);
  if (!entry.impersonated.empty()) out += " as " + visible(entry.impersonated);
  out += "  " + visible(entry.verb) + " " + visible(entry.target);
  if (!entry.code.empty()) out += "  " + visible(entry.code);
  if (!entry.reason.empty()) out += " " + visible(entry.reason);
  if (!entry.dry_run.empty()) out += "  (dry run)";
  if (entry.times > 1) out += "  (" + std::to_string(entry.times) + " times)";
  const std::string stages = joined(entry.stages, ", ");
  if (stages != "ResponseComplete" && !stages.empty()) out += "  [" + visible(stages) + "]";
  out += '\n';
  if (!entry.command.empty()) out += "    $ " + visible(words_text(entry.command)) + "\n";
  for (const std::string& change : entry.changes) out += "    " + change + "\n";
}

void append_timeline_json(std::string& out, const TimelineEntry& entry, Zone zone) {
  TimelineJson json = {{"time", time_text(entry.time, zone)},
                       {"end", time_text(entry.end, zone)},
                       {"auditID", entry.audit_id},
                       {"user", entry.user}};
  if (!entry.impersonated.empty()) json["impersonatedUser"] = entry.impersonated;
  json["verb"] = entry.verb;
  json["target"] = entry.target;
  json["code"] = entry.code.empty() ? TimelineJson() : TimelineJson(std::atoi(entry.code.c_str()));
  if (!entry.reason.empty()) json["reason"] = entry.reason;
  json["sourceIP"] = entry.source_ip;
  json["userAgent"] = entry.user_agent;
  json["stages"] = entry.stages;
  if (!entry.dry_run.empty()) json["dryRun"] = entry.dry_run;
  if (!entry.command.empty()) json["command"] = entry.command;
  if (!entry.changes.empty()) json["changes"] = entry.changes;
  if (entry.times > 1) json["times"] = entry.times;
  out += json.dump(-1, ' ', false, TimelineJson::error_handler_t::replace) + "\n";
}

}  // namespace kaudit::cli
