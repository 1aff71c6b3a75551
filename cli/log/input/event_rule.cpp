#include "cli/log/input/event_rule.hpp"

#include "audit/reader/log_entry.hpp"
#include "cli/policy/input/event_attributes.hpp"
#include "policy/evaluator.hpp"

namespace kaudit::cli {

EventRule::EventRule(const policy::Policy& policy) : evaluator_(policy::compile(policy)) {}

std::string EventRule::of(std::string_view json) const {
  audit::reader::LogEntry entry;
  entry.event = json;
  entry.wrapping = audit::reader::Wrapping::List;  // kind and apiVersion may be missing
  const auto event = audit::reader::decode_entry(entry);
  if (!event) return "not an event of v1";
  const RequestAttributes attributes = attributes_of(*event);
  const int rule = evaluator_->evaluate(attributes.view()).rule;
  return rule == audit::Decision::kNoRule ? "no rule" : "rule " + std::to_string(rule);
}

}  // namespace kaudit::cli
