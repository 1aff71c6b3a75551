#include "apiserver/explorer/reasons.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "audit/context.hpp"
#include "audit/encoder.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::apiserver::explorer {
namespace {

using audit::Level;

constexpr Level kLevels[] = {Level::None, Level::Metadata, Level::Request, Level::RequestResponse};

/// The level that the events name; nothing when there is none.
std::optional<Level> recorded_level(const RequestRecord& record) {
  if (record.events.empty()) return std::nullopt;
  return audit::parse_level(record.events.front()->level);
}

/// The stages that the request came to; as long as that is not known, those that are to be
/// expected.
std::vector<std::string> stages_made(const RequestRecord& record,
                                     const std::vector<policy::ExpectedEvent>& expected) {
  std::vector<std::string> stages;
  for (const audit::EventPtr& event : record.whole) stages.emplace_back(event->stage);
  if (!stages.empty() && record.ended()) return stages;
  stages.clear();
  for (const auto& event : expected) stages.emplace_back(audit::to_string(event.stage));
  return stages;
}

LevelView::Stage stage_view(const RequestRecord& record, const std::string& stage,
                            const audit::Decision& decision,
                            const std::vector<policy::ExpectedEvent>& expected) {
  LevelView::Stage view;
  view.stage = stage;
  const auto parsed = audit::parse_stage(stage);
  view.omitted = parsed && decision.omit_stages.contains(*parsed);
  const auto words = std::ranges::find_if(expected, [&parsed](const policy::ExpectedEvent& event) {
    return parsed && event.stage == *parsed;
  });
  if (words != expected.end()) {
    view.request_object = words->request_object;
    view.response_object = words->response_object;
    view.remark = words->remark;
  }
  if (const auto event = event_at(record, stage, decision.level)) {
    view.bytes = audit::line_size(*event);
  }
  return view;
}

}  // namespace

policy::Explanation explanation_of(const ChainRun& run) {
  const audit::Attributes attributes = run.attributes();
  const PolicyVersion& version = *run.policy;
  policy::Explanation explanation{version.evaluator->evaluate(attributes), {}};
  const int rules = static_cast<int>(version.policy.rules.size());
  for (int rule = 0; rule < rules; ++rule) {
    explanation.rules.push_back(policy::explain_rule(version.policy, rule, attributes));
    if (!explanation.rules.back().failed) break;
  }
  return explanation;
}

std::optional<audit::Event> event_at(const RequestRecord& record, std::string_view stage,
                                     Level level) {
  if (const audit::Event* const whole = record.whole_of(stage)) {
    return audit::lowered(*whole, level);
  }
  const auto recorded = recorded_level(record);
  const audit::Event* const event = record.event_of(stage);
  if (event == nullptr || !recorded || level > *recorded) return std::nullopt;
  return audit::lowered(*event, level);
}

std::vector<std::string> stages_under(const RequestRecord& record,
                                      const audit::Decision& decision) {
  std::vector<std::string> stages;
  if (decision.level == Level::None) return stages;
  const auto expected = policy::expected_events(decision, record.run->attributes());
  for (std::string& stage : stages_made(record, expected)) {
    const auto parsed = audit::parse_stage(stage);
    if (parsed && decision.omit_stages.contains(*parsed)) continue;
    stages.push_back(std::move(stage));
  }
  return stages;
}

std::vector<LevelView> at_every_level(const RequestRecord& record,
                                      const audit::Decision& decision) {
  std::vector<LevelView> views;
  for (const Level level : kLevels) {
    LevelView& view = views.emplace_back();
    view.level = level;
    if (level == Level::None) continue;
    audit::Decision other = decision;
    other.level = level;
    const auto expected = policy::expected_events(other, record.run->attributes());
    for (const std::string& stage : stages_made(record, expected)) {
      view.stages.push_back(stage_view(record, stage, other, expected));
    }
  }
  return views;
}

std::optional<std::size_t> bytes_under(const RequestRecord& record,
                                       const audit::Decision& decision) {
  if (decision.level == Level::None) return 0;
  const auto& known = record.whole.empty() ? record.events : record.whole;
  if (known.empty()) return std::nullopt;
  std::size_t bytes = 0;
  for (const audit::EventPtr& made : known) {
    const auto stage = audit::parse_stage(made->stage);
    if (stage && decision.omit_stages.contains(*stage)) continue;
    const auto event = event_at(record, made->stage, decision.level);
    if (!event) return std::nullopt;
    bytes += audit::line_size(*event);
  }
  return bytes;
}

}  // namespace kaudit::apiserver::explorer
