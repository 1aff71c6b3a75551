#include "cli/log/rules/rule_condition.hpp"

#include <algorithm>
#include <iterator>

#include "base/json/json_pointer.hpp"
#include "base/text/list.hpp"

namespace kaudit::cli {
namespace {

using audit::rules::SigmaNode;
using audit::rules::SigmaValue;
using audit::search::Check;
using audit::search::Expression;
using audit::search::FieldUse;
using audit::search::Operator;
using audit::search::Term;

/// `/objectRef/name` is objectRef.name.
std::string dotted(std::string_view pointer) {
  std::string out;
  for (const std::string_view token : split(pointer, '/')) {
    if (!out.empty()) out += '.';
    out += unescaped_token(token);
  }
  return out;
}

std::string path_of(const FieldUse& use) {
  if (use.info->argument == audit::search::Argument::Pointer) return dotted(use.argument);
  return use.info->path;
}

/// A time in nanoseconds that cannot be an event's: the way Falco's rules turn others off.
bool is_no_time(const Check& check) {
  return check.left.kind == Term::Kind::Field &&
         check.left.field.info->name.ends_with(".rawtime") && check.op == Operator::Equal &&
         !check.operands.empty() && check.operands.front().text.size() < 15;
}

RuleCheck check_of(const FieldUse& field, const Check& check, int line) {
  RuleCheck out;
  out.field = field.text();
  out.path = path_of(field);
  out.needs = std::max(field.info->needs, level_of_path(out.path));
  out.line = line;
  if (is_no_time(check)) {
    out.kind = RuleCheck::Kind::Never;
    return out;
  }
  const bool plain = check.left.kind == Term::Kind::Field && !check.right;
  switch (check.op) {
    case Operator::Exists:
      out.kind = RuleCheck::Kind::Exists;
      break;
    case Operator::Equal:
    case Operator::In:
    case Operator::Intersects:
      if (!plain) break;
      out.kind = check.operands.empty() ? RuleCheck::Kind::Never : RuleCheck::Kind::OneOf;
      for (const auto& operand : check.operands) out.values.push_back(operand.text);
      break;
    default:
      break;
  }
  return out;
}

RuleCondition check_condition(RuleCheck check) {
  RuleCondition condition;
  condition.check = std::move(check);
  return condition;
}

/// Of a check of several fields each has to be there.
RuleCondition condition_of(const Check& check, int line) {
  std::vector<const FieldUse*> fields = fields_of(check.left);
  if (check.right) std::ranges::copy(fields_of(*check.right), std::back_inserter(fields));
  if (fields.size() == 1) return check_condition(check_of(*fields.front(), check, line));
  RuleCondition all;
  all.kind = RuleCondition::Kind::And;
  for (const FieldUse* field : fields) {
    all.parts.push_back(check_condition(check_of(*field, check, line)));
  }
  return all;
}

/// The first value decides what kind of question it is; those of one field are of one kind.
RuleCondition field_condition(const SigmaNode& node) {
  RuleCheck check;
  check.path = check.field = node.field;
  check.needs = level_of_path(node.field);
  check.line = node.line;
  check.ignores_case = true;
  const auto all_of_kind = [&](SigmaValue::Kind kind) {
    return std::ranges::all_of(node.values,
                               [&](const SigmaValue& value) { return value.kind == kind; });
  };
  if (all_of_kind(SigmaValue::Kind::Equals) && !node.negated &&
      (!node.all || node.values.size() == 1)) {
    check.kind = RuleCheck::Kind::OneOf;
    for (const SigmaValue& value : node.values) check.values.push_back(value.text);
  } else if (all_of_kind(SigmaValue::Kind::Null)) {
    check.kind = RuleCheck::Kind::Absent;
  } else if (all_of_kind(SigmaValue::Kind::Exists)) {
    check.kind = node.values.front().wanted ? RuleCheck::Kind::Exists : RuleCheck::Kind::Absent;
  } else if (std::ranges::any_of(node.values, [](const SigmaValue& value) {
               return value.kind == SigmaValue::Kind::Null;
             })) {
    check.path.clear();  // absent or something: nothing can be said
  }
  return check_condition(std::move(check));
}

}  // namespace

audit::Level level_of_path(const std::string& path) {
  if (path.starts_with("responseObject")) return audit::Level::RequestResponse;
  return path.starts_with("requestObject") ? audit::Level::Request : audit::Level::Metadata;
}

RuleCondition condition_of(const Expression& expression, int line) {
  RuleCondition out;
  switch (expression.kind) {
    case Expression::Kind::Check:
      return condition_of(expression.check, line);
    case Expression::Kind::Name:
      return condition_of(expression.parts.front(), line);
    case Expression::Kind::And:
      out.kind = RuleCondition::Kind::And;
      break;
    case Expression::Kind::Or:
      out.kind = RuleCondition::Kind::Or;
      break;
    case Expression::Kind::Not:
      out.kind = RuleCondition::Kind::Not;
      break;
  }
  for (const Expression& part : expression.parts) out.parts.push_back(condition_of(part, line));
  return out;
}

RuleCondition condition_of(const SigmaNode& node) {
  RuleCondition out;
  switch (node.kind) {
    case SigmaNode::Kind::Field:
      return field_condition(node);
    case SigmaNode::Kind::Keyword: {
      RuleCheck check;
      check.line = node.line;
      return check_condition(std::move(check));
    }
    case SigmaNode::Kind::And:
      out.kind = RuleCondition::Kind::And;
      break;
    case SigmaNode::Kind::Or:
      out.kind = RuleCondition::Kind::Or;
      break;
    case SigmaNode::Kind::Not:
      out.kind = RuleCondition::Kind::Not;
      break;
  }
  for (const SigmaNode& part : node.parts) out.parts.push_back(condition_of(part));
  return out;
}

}  // namespace kaudit::cli
