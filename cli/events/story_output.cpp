#include "cli/events/story_output.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text/quote.hpp"
#include "base/text/timestamp_text.hpp"
#include "cli/policy/figures.hpp"
#include "cli/text_table.hpp"
#include "policy/describe.hpp"

namespace kaudit::cli {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kTitle = 95;  ///< bytes of verb and URI: it fits a terminal

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  return lines;
}

/// The comment right above a rule, in one line; "" when there is none.
std::string comment_above(const StoryPolicy& policy, int rule) {
  if (rule < 0) return "";
  const int line = policy.policy.rules.at(static_cast<std::size_t>(rule)).position.line;
  const auto lines = lines_of(policy.text);
  // The rule's own line is lines[line - 1].
  std::string comment;
  for (int above = line - 2; above >= 0 && above < static_cast<int>(lines.size()); --above) {
    std::string_view text = lines[static_cast<std::size_t>(above)];
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == text.npos || text[start] != '#') break;
    text.remove_prefix(std::min(text.size(), text.find_first_not_of("# \t", start)));
    comment = std::string(text) + (comment.empty() ? "" : " ") + comment;
  }
  while (comment.ends_with('\r') || comment.ends_with(' ')) comment.pop_back();
  return comment;
}

std::string rule_text(const RequestStory& story, const StoryPolicy& policy) {
  const audit::Decision& decision = *story.decision;
  std::string text =
      decision.rule < 0 ? "no rule matches" : "rule " + std::to_string(decision.rule);
  const std::string comment = comment_above(policy, decision.rule);
  if (!comment.empty()) {
    text += ": " + comment;
  } else if (decision.rule >= 0) {
    text = policy::describe(decision, policy.policy);
  }
  if (story.contradicts_decision()) {
    text += " (this policy says " + std::string(to_string(decision.level));
    for (const audit::Stage stage : audit::kAllStages) {
      if (decision.omit_stages.contains(stage)) text += " -" + std::string(to_string(stage));
    }
    text += ": the log was made with another)";
  }
  return text;
}

std::string bodies_of(const StoryEvent& event) {
  std::string text;
  if (event.request_object > 0) text = "requestObject";
  if (event.response_object > 0) text += (text.empty() ? "" : ", ") + std::string("responseObject");
  return text.empty() ? "no bodies" : text;
}

std::string time_of(Timestamp time) {
  std::string text;
  append_micro_time(text, time);
  if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
  return text;
}

std::string duration_text(std::int64_t microseconds) {
  if (microseconds < 10'000) return std::to_string(microseconds) + " µs";
  if (microseconds < 10'000'000) return std::to_string(microseconds / 1000) + " ms";
  return std::to_string(microseconds / 1'000'000) + " s";
}

std::string who_text(const RequestStory& story) {
  std::string text = story.login_failed ? "nobody: the login failed" : "by " + story.user;
  if (!story.source_ip.empty()) text += " from " + story.source_ip;
  if (!story.received.is_zero()) text += ", " + time_of(story.received);
  if (const auto took = story.microseconds()) text += ", " + duration_text(*took);
  if (!story.finished) text += ", not finished";
  return text;
}

/// Cut at a character.
std::string cut(std::string text) {
  if (text.size() <= kTitle) return text;
  std::size_t end = kTitle - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace

void append_story_text(std::string& out, const RequestStory& story, const StoryPolicy* policy) {
  out += cut(visible(story.verb + " " + story.uri)) + "\n";
  TextTable table;
  for (const StoryEvent& event : story.events) {
    table.add_row({"  " + std::string(to_string(event.stage)), std::string(to_string(event.level)),
                   event.code == 0 ? "-" : std::to_string(event.code), bodies_of(event)});
  }
  table.append_to(out);
  if (story.more_events > 0) out += "  … and " + counted(story.more_events, "event") + " more\n";
  if (story.decision && policy != nullptr) out += "  " + visible(rule_text(story, *policy)) + "\n";
  out += "  " + visible(who_text(story)) + "\n";
}

void append_story_json(std::string& out, const RequestStory& story, const StoryPolicy* policy) {
  OrderedJson events = OrderedJson::array();
  for (const StoryEvent& event : story.events) {
    OrderedJson json = {{"stage", to_string(event.stage)},
                        {"level", to_string(event.level)},
                        {"at", time_of(event.at)},
                        {"requestObjectBytes", event.request_object},
                        {"responseObjectBytes", event.response_object}};
    json["code"] = event.code == 0 ? OrderedJson() : OrderedJson(event.code);
    events.push_back(std::move(json));
  }
  OrderedJson json = {{"auditID", story.audit_id},
                      {"verb", story.verb},
                      {"requestURI", story.uri},
                      {"user", story.login_failed ? OrderedJson() : OrderedJson(story.user)},
                      {"sourceIP", story.source_ip},
                      {"received", time_of(story.received)},
                      {"finished", story.finished}};
  if (const auto took = story.microseconds()) json["microseconds"] = *took;
  json["events"] = std::move(events);
  if (story.more_events > 0) json["moreEvents"] = story.more_events;
  if (story.decision && policy != nullptr) {
    const audit::Decision& decision = *story.decision;
    OrderedJson omitted = OrderedJson::array();
    for (const audit::Stage stage : audit::kAllStages) {
      if (decision.omit_stages.contains(stage)) omitted.push_back(to_string(stage));
    }
    json["decision"] = {{"rule", decision.rule},
                        {"level", to_string(decision.level)},
                        {"omitStages", std::move(omitted)},
                        {"comment", comment_above(*policy, decision.rule)},
                        {"agrees", !story.contradicts_decision()}};
  }
  out += json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace kaudit::cli
