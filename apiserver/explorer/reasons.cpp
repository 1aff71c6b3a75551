#include "apiserver/explorer/reasons.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

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

audit::Event lowered(const audit::Event& event, Level level) {
  audit::Event copy = event;
  copy.level = audit::to_string(level);
  if (level < Level::Request) copy.request_object = {};
  if (level < Level::RequestResponse) copy.response_object = {};
  return copy;
}

std::vector<LevelView> at_every_level(const RequestRecord& record,
                                      const audit::Decision& decision) {
  std::vector<LevelView> views;
  const auto recorded = recorded_level(record);
  for (const Level level : kLevels) {
    LevelView& view = views.emplace_back();
    view.level = level;
    audit::Decision other = decision;
    other.level = level;
    for (policy::ExpectedEvent& expected :
         policy::expected_events(other, record.run->attributes())) {
      const std::string stage(audit::to_string(expected.stage));
      std::optional<std::size_t> bytes;
      const audit::Event* const event = record.event_of(stage);
      if (event != nullptr && recorded && level <= *recorded) {
        bytes = audit::line_size(lowered(*event, level));
      }
      view.stages.push_back({stage, expected.omitted, std::move(expected.request_object),
                             std::move(expected.response_object), std::move(expected.remark),
                             bytes});
    }
  }
  return views;
}

std::optional<std::size_t> bytes_under(const RequestRecord& record,
                                       const audit::Decision& decision) {
  if (decision.level == Level::None) return 0;
  const auto recorded = recorded_level(record);
  if (!recorded || decision.level > *recorded) return std::nullopt;
  std::size_t bytes = 0;
  for (const audit::EventPtr& event : record.events) {
    const auto stage = audit::parse_stage(event->stage);
    if (stage && decision.omit_stages.contains(*stage)) continue;
    bytes += audit::line_size(lowered(*event, decision.level));
  }
  return bytes;
}

}  // namespace kaudit::apiserver::explorer
