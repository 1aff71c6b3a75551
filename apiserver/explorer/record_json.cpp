#include "apiserver/explorer/record_json.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "apiserver/explorer/reasons.hpp"
#include "audit/encoder.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"
#include "base/text/timestamp_text.hpp"
#include "policy/expected_events.hpp"

namespace kaudit::apiserver::explorer {
namespace {

std::int64_t microseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

/// From `from` to `to`; 0 when a clock was set back between them.
std::int64_t microseconds_between(Timestamp from, Timestamp to) {
  const std::int64_t time = (to.seconds - from.seconds) * 1'000'000 +
                            (static_cast<std::int64_t>(to.nanoseconds) - from.nanoseconds) / 1'000;
  return std::max<std::int64_t>(time, 0);
}

void write_time(JsonWriter& writer, Timestamp time) {
  std::string text;
  append_micro_time(text, time);
  writer.raw(text);
}

void write_flag(JsonWriter& writer, bool flag) {
  if (flag) {
    writer.literal("true");
  } else {
    writer.literal("false");
  }
}

/// Writes an array, `write` an element of it.
template <typename Values, typename Write>
void write_array(JsonWriter& writer, const Values& values, Write write) {
  writer.literal("[");
  bool first = true;
  for (const auto& value : values) {
    if (!first) writer.literal(",");
    first = false;
    write(value);
  }
  writer.literal("]");
}

std::string_view username_of(const RequestRecord& record) {
  if (record.run) return record.run->user.username;
  return record.events.empty() ? std::string_view() : record.events.front()->user->username;
}

int code_of(const RequestRecord& record) {
  if (record.run) return record.run->code;
  const audit::Event* const last = record.events.empty() ? nullptr : record.events.back().get();
  return last != nullptr && last->response_status ? last->response_status->code : 0;
}

/// What the request is about, from the chain or, as long as that goes on, from its first event.
void write_object(ObjectWriter& row, const RequestRecord& record) {
  if (record.run) {
    const request::RequestInfo& info = record.run->info;
    if (!info.is_resource_request) return;
    row.text(R"("group":)", info.api_group);
    row.text(R"("resource":)", info.resource);
    row.text(R"("subresource":)", info.subresource);
    row.text(R"("namespace":)", info.ns);
    // A create's name is in its body, which its last event knows.
    const auto& last = record.events.empty() ? nullptr : record.events.back();
    row.text(R"("name":)",
             last && last->object_ref ? std::string_view(last->object_ref->name) : info.name);
  } else if (!record.events.empty() && record.events.front()->object_ref) {
    const audit::ObjectReference& object = *record.events.front()->object_ref;
    row.text(R"("group":)", object.api_group);
    row.text(R"("resource":)", object.resource);
    row.text(R"("subresource":)", object.subresource);
    row.text(R"("namespace":)", object.ns);
    row.text(R"("name":)", object.name);
  }
}

/// The latest step of each backend.
void write_backends(JsonWriter& writer, const RequestRecord& record) {
  std::vector<const DeliveryEntry*> latest;
  for (const DeliveryEntry& entry : record.deliveries) {
    const auto same = std::ranges::find(latest, entry.backend, &DeliveryEntry::backend);
    if (same == latest.end()) {
      latest.push_back(&entry);
    } else {
      *same = &entry;
    }
  }
  write_array(writer, latest, [&writer](const DeliveryEntry* entry) {
    ObjectWriter object(writer);
    object.text(R"("backend":)", entry->backend);
    object.text(R"("step":)", audit::text(entry->step));
  });
}

void write_row_members(ObjectWriter& row, const RequestRecord& record) {
  const ChainRun* const run = record.run.get();
  const audit::Event* const first = record.events.empty() ? nullptr : record.events.front().get();
  row.member(R"("number":)").integer(static_cast<std::int64_t>(record.number));
  row.member(R"("version":)").integer(static_cast<std::int64_t>(record.version));
  row.text(R"("auditID":)", record.audit_id);
  const Timestamp received = run != nullptr     ? run->received
                             : first != nullptr ? first->request_received_timestamp
                                                : Timestamp{};
  write_time(row.member(R"("received":)"), received);
  row.text(R"("user":)", username_of(record));
  if (first != nullptr && record.events.back()->impersonated_user) {
    row.text(R"("as":)", record.events.back()->impersonated_user->username);
  }
  row.text(R"("verb":)", run != nullptr     ? std::string_view(run->info.verb)
                         : first != nullptr ? std::string_view(first->verb)
                                            : std::string_view());
  if (run != nullptr) row.text(R"("method":)", run->method);
  row.text(R"("uri":)", run != nullptr     ? std::string_view(run->target)
                        : first != nullptr ? std::string_view(first->request_uri)
                                           : std::string_view());
  write_object(row, record);
  row.member(R"("code":)").integer(code_of(record));
  row.text(R"("level":)", first != nullptr ? std::string_view(first->level) : "None");
  if (run != nullptr && !run->steps.empty()) {
    row.member(R"("micros":)").integer(microseconds(run->steps.front().left));
    row.text(R"("answeredBy":)", run->answered_by);
  }
  write_flag(row.member(R"("ended":)"), record.ended());
  JsonWriter& stages = row.member(R"("stages":)");
  write_array(stages, record.events, [&](const audit::EventPtr& event) {
    ObjectWriter stage(stages);
    stage.text(R"("stage":)", event->stage);
    stage.member(R"("micros":)")
        .integer(microseconds_between(event->request_received_timestamp, event->stage_timestamp));
  });
  write_backends(row.member(R"("backends":)"), record);
}

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

void write_events(JsonWriter& writer, const RequestRecord& record) {
  std::string line;
  write_array(writer, record.events, [&](const audit::EventPtr& event) {
    line.clear();
    audit::append_event(line, *event);
    const std::size_t bytes = line.size();
    line.pop_back();  // the newline
    ObjectWriter object(writer);
    object.text(R"("stage":)", event->stage);
    object.member(R"("bytes":)").integer(static_cast<std::int64_t>(bytes));
    object.member(R"("event":)").raw(line);
  });
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

void append_row(std::string& out, const RequestRecord& record) {
  JsonWriter writer(out);
  ObjectWriter row(writer);
  write_row_members(row, record);
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
    write_array(groups, run.user.groups, [&](const std::string& group) { groups.string(group); });
    write_steps(object.member(R"("steps":)"), run);
    const policy::Explanation explanation = explanation_of(run);
    write_decision(object, record, explanation);
    write_levels(object.member(R"("levels":)"), at_every_level(record, explanation.decision));
    JsonWriter& notes = object.member(R"("notes":)");
    write_array(notes, policy::semantics_notes(explanation.decision, run.attributes()),
                [&](const std::string& note) { notes.string(note); });
  }
  write_events(object.member(R"("events":)"), record);
  write_deliveries(object.member(R"("deliveries":)"), record);
  if (record.more_deliveries != 0) {
    object.member(R"("moreDeliveries":)")
        .integer(static_cast<std::int64_t>(record.more_deliveries));
  }
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
