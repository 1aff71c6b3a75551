#include "apiserver/explorer/record_json.hpp"

#include <chrono>

#include "apiserver/explorer/json_parts.hpp"
#include "apiserver/explorer/reasons.hpp"
#include "apiserver/explorer/rows/row_json.hpp"
#include "audit/encoder.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::apiserver::explorer {
namespace {

void write_steps(JsonWriter& writer, const ChainRun& run) {
  std::size_t index = 0;
  write_array(writer, run.steps, [&](const StepTimes& step) {
    ++index;
    // Steps nest, so what is a step's own is what the next one leaves of it.
    const auto all = step.left - step.entered;
    const auto within = index < run.steps.size() ? run.steps[index].left - run.steps[index].entered
                                                 : std::chrono::nanoseconds(0);
    ObjectWriter object(writer);
    object.text(R"("step":)", step.step);
    object.member(R"("enteredNanos":)").integer(step.entered.count());
    object.member(R"("leftNanos":)").integer(step.left.count());
    object.member(R"("ownNanos":)").integer((all - within).count());
    if (step.panicked) write_flag(object.member(R"("panicked":)"), true);
    if (step.step == run.answered_by) write_flag(object.member(R"("answered":)"), true);
  });
}

void write_stages(JsonWriter& writer, audit::StageSet set) {
  std::vector<audit::Stage> stages;
  for (const audit::Stage stage : audit::kAllStages) {
    if (set.contains(stage)) stages.push_back(stage);
  }
  write_array(writer, stages, [&](audit::Stage stage) { writer.string(audit::to_string(stage)); });
}

void write_verdicts(JsonWriter& writer, const policy::Explanation& explanation,
                    const policy::Policy& policy) {
  write_array(writer, explanation.rules, [&](const policy::RuleVerdict& verdict) {
    const policy::Rule& rule = policy.rules[static_cast<std::size_t>(verdict.rule)];
    ObjectWriter object(writer);
    object.member(R"("rule":)").integer(verdict.rule);
    object.member(R"("line":)").integer(rule.position.line);
    object.text(R"("level":)", rule.level);
    write_flag(object.member(R"("matches":)"), !verdict.failed);
    if (verdict.failed) object.text(R"("field":)", policy::field_of(*verdict.failed));
    object.text(R"("reason":)", verdict.reason);
    object.text(R"("hint":)", verdict.hint);
  });
}

void write_decision(ObjectWriter& record, const RequestRecord& of,
                    const policy::Explanation& explanation) {
  const audit::Decision& decision = explanation.decision;
  const PolicyVersion& version = *of.run->policy;
  JsonWriter& writer = record.member(R"("decision":)");
  ObjectWriter object(writer);
  object.member(R"("policyVersion":)").integer(static_cast<std::int64_t>(version.number));
  object.text(R"("policyName":)", version.name);
  object.text(R"("level":)", audit::to_string(decision.level));
  object.member(R"("rule":)").integer(decision.rule);
  write_stages(object.member(R"("omitStages":)"), decision.omit_stages);
  write_flag(object.member(R"("omitManagedFields":)"), decision.omit_managed_fields);
  write_verdicts(object.member(R"("rules":)"), explanation, version.policy);
}

void write_levels(JsonWriter& writer, const std::vector<LevelView>& views) {
  write_array(writer, views, [&](const LevelView& view) {
    ObjectWriter object(writer);
    object.text(R"("level":)", audit::to_string(view.level));
    JsonWriter& stages = object.member(R"("stages":)");
    write_array(stages, view.stages, [&](const LevelView::Stage& stage) {
      ObjectWriter entry(stages);
      entry.text(R"("stage":)", stage.stage);
      if (stage.omitted) write_flag(entry.member(R"("omitted":)"), true);
      entry.text(R"("requestObject":)", stage.request_object);
      entry.text(R"("responseObject":)", stage.response_object);
      entry.text(R"("remark":)", stage.remark);
      if (stage.bytes) {
        entry.member(R"("bytes":)").integer(static_cast<std::int64_t>(*stage.bytes));
      }
    });
  });
}

void write_event(JsonWriter& writer, const audit::Event& event) {
  std::string line;
  audit::append_event(line, event);
  const std::size_t bytes = line.size();
  line.pop_back();  // the newline
  ObjectWriter object(writer);
  object.text(R"("stage":)", event.stage);
  object.member(R"("bytes":)").integer(static_cast<std::int64_t>(bytes));
  object.member(R"("event":)").raw(line);
}

void write_deliveries(JsonWriter& writer, const RequestRecord& record) {
  write_array(writer, record.deliveries, [&](const DeliveryEntry& entry) {
    ObjectWriter object(writer);
    object.text(R"("backend":)", entry.backend);
    object.text(R"("stage":)", entry.stage);
    object.text(R"("step":)", audit::text(entry.step));
    write_time(object.member(R"("at":)"), entry.at);
    if (entry.batch != 0) {
      object.member(R"("batch":)").integer(static_cast<std::int64_t>(entry.batch));
      object.member(R"("batchSize":)").integer(static_cast<std::int64_t>(entry.batch_size));
    }
    if (entry.attempt != 0) object.member(R"("attempt":)").integer(entry.attempt);
    object.text(R"("reason":)", entry.reason);
  });
}

}  // namespace

std::string_view text(Answer::Kind kind) noexcept {
  switch (kind) {
    case Answer::Kind::None:
      return "none";
    case Answer::Kind::Whole:
      return "whole";
    case Answer::Kind::Stream:
      return "stream";
    case Answer::Kind::Upgrade:
      return "upgrade";
    case Answer::Kind::Sent:
      return "sent";
    case Answer::Kind::Cut:
      return "cut";
  }
  return "";
}

void append_record(std::string& out, const RequestRecord& record) {
  JsonWriter writer(out);
  ObjectWriter object(writer);
  write_row_members(object, record);
  if (record.run) {
    const ChainRun& run = *record.run;
    object.text(R"("userAgent":)", run.user_agent);
    object.text(R"("peer":)", run.peer);
    object.text(R"("answer":)", text(run.kind));
    object.member(R"("answerBytes":)").integer(static_cast<std::int64_t>(run.answer_bytes));
    JsonWriter& groups = object.member(R"("groups":)");
    write_array(groups, run.user->groups, [&](const std::string& group) { groups.string(group); });
    write_steps(object.member(R"("steps":)"), run);
    const policy::Explanation explanation = explanation_of(run);
    write_decision(object, record, explanation);
    write_levels(object.member(R"("levels":)"), at_every_level(record, explanation.decision));
    write_flag(object.member(R"("collected":)"), !record.whole.empty());
    JsonWriter& notes = object.member(R"("notes":)");
    write_array(notes, policy::semantics_notes(explanation.decision, run.attributes()),
                [&](const std::string& note) { notes.string(note); });
  }
  JsonWriter& events = object.member(R"("events":)");
  write_array(events, record.events,
              [&](const audit::EventPtr& event) { write_event(events, *event); });
  write_deliveries(object.member(R"("deliveries":)"), record);
  if (record.more_deliveries != 0) {
    object.member(R"("moreDeliveries":)")
        .integer(static_cast<std::int64_t>(record.more_deliveries));
  }
}

void append_level(std::string& out, const RequestRecord& record, audit::Level level) {
  JsonWriter writer(out);
  ObjectWriter object(writer);
  object.text(R"("level":)", audit::to_string(level));
  std::vector<audit::Event> events;
  if (record.run) {
    audit::Decision decision = record.run->policy->evaluator->evaluate(record.run->attributes());
    decision.level = level;
    for (const std::string& stage : stages_under(record, decision)) {
      if (auto event = event_at(record, stage, level)) events.push_back(*std::move(event));
    }
  }
  JsonWriter& array = object.member(R"("events":)");
  write_array(array, events, [&](const audit::Event& event) { write_event(array, event); });
}

void append_policy(std::string& out, const PolicyVersion& version) {
  JsonWriter writer(out);
  ObjectWriter object(writer);
  object.member(R"("version":)").integer(static_cast<std::int64_t>(version.number));
  object.text(R"("name":)", version.name);
  object.member(R"("rules":)").integer(static_cast<std::int64_t>(version.policy.rules.size()));
  write_time(object.member(R"("since":)"), version.since);
  object.member(R"("text":)").string(version.text);
}

}  // namespace kaudit::apiserver::explorer
