#include "cli/log/rules/rule_judge.hpp"

#include <algorithm>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/list.hpp"
#include "base/text/quote.hpp"
#include "cli/log/rules/event_members.hpp"
#include "policy/lint/known_names.hpp"

namespace kaudit::cli {
namespace {

using policy::lint::builtins_called;
using policy::lint::builtins_named;
using policy::lint::find_builtin;
using Texts = std::vector<std::string>;

std::string folded(const RuleCheck& check, const std::string& value) {
  const bool lower = check.ignores_case && check.path != "objectRef.name" &&
                     check.path != "user.username" && check.path != "stage" &&
                     check.path != "level";
  return lower ? lower_case(value) : value;
}

/// Takes over what the checks of a chain of `and` ask.
void collect_context(const RuleCondition& condition, RuleContext& context) {
  if (condition.kind == RuleCondition::Kind::And) {
    for (const RuleCondition& part : condition.parts) collect_context(part, context);
    return;
  }
  const RuleCheck& check = condition.check;
  if (condition.kind != RuleCondition::Kind::Check || check.kind != RuleCheck::Kind::OneOf) return;
  Texts values;
  for (const std::string& value : check.values) values.push_back(folded(check, value));
  const auto [known, added] = context.try_emplace(check.path, values);
  if (added) return;
  std::erase_if(known->second, [&](const std::string& value) {
    return std::ranges::find(values, value) == values.end();
  });
}

const Texts* asked(const RuleContext& context, const std::string& path) {
  const auto found = context.find(path);
  return found == context.end() ? nullptr : &found->second;
}

int line_of(const RuleCondition& condition, std::string_view path) {
  if (condition.kind == RuleCondition::Kind::Check) {
    return condition.check.path == path ? condition.check.line : 0;
  }
  for (const RuleCondition& part : condition.parts) {
    if (const int line = line_of(part, path); line != 0) return line;
  }
  return 0;
}

int first_line(const RuleCondition& condition) {
  if (condition.kind == RuleCondition::Kind::Check) return condition.check.line;
  return condition.parts.empty() ? 0 : first_line(condition.parts.front());
}

bool asks_for(const RuleCondition& condition, std::string_view prefix) {
  if (condition.kind == RuleCondition::Kind::Check) {
    return condition.check.path.starts_with(prefix) &&
           condition.check.kind != RuleCheck::Kind::Absent;
  }
  return condition.kind == RuleCondition::Kind::And &&
         std::ranges::any_of(condition.parts,
                             [&](const RuleCondition& part) { return asks_for(part, prefix); });
}

/// Whether the group can have such a resource: its own, or, where it is somebody else's group, any.
bool may_have(const std::string& group, const std::string& resource) {
  if (find_builtin(group, resource) != nullptr) return true;
  if (policy::lint::is_builtin_group(group) || policy::lint::find_retired(group, "") != nullptr) {
    return false;
  }
  return group != "core" && group.find('.') != std::string::npos &&
         group.find('/') == std::string::npos;
}

}  // namespace

RuleJudge::Verdict RuleJudge::judge(const RuleCondition& condition) {
  findings_.clear();
  never_.clear();
  Verdict verdict;
  // A condition that is one check is a chain of one.
  RuleCondition whole;
  whole.kind = RuleCondition::Kind::And;
  whole.parts.push_back(condition);
  verdict.can_fire = can_hold(whole, {});
  for (std::size_t i = 0; i < findings_.size(); ++i) {
    if (never_[i]) {
      findings_[i].severity = verdict.can_fire ? RuleSeverity::Warning : RuleSeverity::Error;
    }
  }
  verdict.findings = std::move(findings_);
  return verdict;
}

void RuleJudge::find(RuleCode code, int line, bool never, std::string message, std::string fix) {
  for (const RuleFinding& known : findings_) {
    if (known.code == code && known.message == message) return;
  }
  RuleFinding finding;
  finding.code = code;
  finding.line = line;
  finding.message = std::move(message);
  finding.fix = std::move(fix);
  if (code == RuleCode::TurnedOff) finding.severity = RuleSeverity::Info;
  findings_.push_back(std::move(finding));
  never_.push_back(never && code != RuleCode::TurnedOff);
}

bool RuleJudge::can_hold(const RuleCondition& condition, const RuleContext& around) {
  switch (condition.kind) {
    case RuleCondition::Kind::Check:
      return check_can_hold(condition.check, around);
    case RuleCondition::Kind::And:
      return all_can_hold(condition, around);
    case RuleCondition::Kind::Or: {
      bool any = false;
      for (const RuleCondition& part : condition.parts) {
        const bool holds = can_hold(part, around);
        any = any || holds;
      }
      return any;
    }
    case RuleCondition::Kind::Not:
      look_at_negation(condition.parts.front(), around);
      return true;
  }
  return true;
}

bool RuleJudge::all_can_hold(const RuleCondition& condition, const RuleContext& around) {
  RuleContext context = around;
  collect_context(condition, context);
  const int line = first_line(condition);
  bool all = true;
  for (const RuleCondition& part : condition.parts) {
    const bool holds = can_hold(part, context);
    all = all && holds;
  }
  // What follows from several checks together is said once, of the outermost chain.
  if (context != around) {
    const int resource_line = line_of(condition, "objectRef.resource");
    if (!group_fits(context, std::max(line_of(condition, "objectRef.apiGroup"), resource_line))) {
      all = false;
    }
    if (!has_answer(context, condition, line)) all = false;
    look_at_exec(context, line_of(condition, "verb"));
  }
  return all;
}

void RuleJudge::look_at_negation(const RuleCondition& inner, const RuleContext& around) {
  if (inner.kind == RuleCondition::Kind::Check) {
    const RuleCheck& check = inner.check;
    if (check.path.empty()) return;
    if (const auto problem = field_problem(check.path)) {
      find(RuleCode::UnknownField, check.line, true,
           problem->message + ", so that 'not' is always true", problem->fix);
    } else if (policy_ != nullptr && check.needs > audit::Level::Metadata &&
               policy_->of(around).level < check.needs &&
               policy_->of(around).level != audit::Level::None) {
      find(RuleCode::AlwaysTrue, check.line, false,
           "the policy does not record " + check.path + " of such requests, so that 'not " +
               check.field + " …' is always true: it fires where it should not",
           "record them at level " + std::string(to_string(check.needs)));
    }
    return;
  }
  for (const RuleCondition& part : inner.parts) look_at_negation(part, around);
}

bool RuleJudge::check_can_hold(const RuleCheck& check, const RuleContext& around) {
  if (check.kind == RuleCheck::Kind::Never) {
    find(RuleCode::TurnedOff, check.line, false,
         check.field + " can never be so: this is how rules are turned off", "");
    return false;
  }
  if (check.path.empty() || check.kind == RuleCheck::Kind::Absent) return true;
  if (const auto problem = field_problem(check.path)) {
    find(RuleCode::UnknownField, check.line, true, problem->message, problem->fix);
    return false;
  }
  if (check.field == "ka.sourceips") {
    find(RuleCode::FalcoFault, check.line, false,
         "Falco's plugin never fills in ka.sourceips (kaudit does, without --falco-compat)",
         "use jevt.value[/sourceIPs/0]");
  }
  if (check.kind == RuleCheck::Kind::OneOf && !values_can_hold(check)) return false;
  return is_recorded(check, around);
}

bool RuleJudge::values_can_hold(const RuleCheck& check) {
  std::size_t dead = 0;
  for (const std::string& written : check.values) {
    const std::string value = check.ignores_case ? lower_case(written) : written;
    if (check.path == "verb" && !is_known_verb(value)) {
      ++dead;
      const std::string meant = meant_verb(written);
      find(RuleCode::UnknownVerb, check.line, true, "there is no verb " + go_quoted(written),
           meant.empty()
               ? "verbs are get, list, watch, create, update, patch, delete, deletecollection"
               : "use " + meant);
    } else if (check.path == "objectRef.resource" && builtins_named(value).empty() &&
               !builtins_called(value, "").empty()) {
      ++dead;
      find(RuleCode::UnknownResource, check.line, true,
           "resources are plurals in lower case, and " + go_quoted(written) + " is not one",
           "use " + std::string(builtins_called(value, "").front()->resource));
    } else if (const auto problem = value_problem(check.path, written, check.ignores_case)) {
      ++dead;
      find(RuleCode::ImpossibleValue, check.line, true,
           check.path + " is never " + go_quoted(written) + ": " + *problem, "");
    }
  }
  return dead < check.values.size();
}

bool RuleJudge::group_fits(const RuleContext& context, int line) {
  const Texts* const resources = asked(context, "objectRef.resource");
  const Texts* const groups = asked(context, "objectRef.apiGroup");
  if (resources == nullptr || groups == nullptr || resources->empty() || groups->empty()) {
    return true;
  }
  std::string right;
  for (const std::string& resource : *resources) {
    for (const std::string& group : *groups) {
      if (may_have(group, resource)) return true;
    }
    for (const auto* builtin : builtins_named(resource)) {
      if (!right.empty()) right += ", ";
      right += resource + " is in " +
               (builtin->group.empty() ? std::string("the core group, which events leave out")
                                       : std::string(builtin->group));
    }
  }
  find(RuleCode::WrongGroup, line, true,
       "group " + joined(*groups, ", ") + " has no " + joined(*resources, ", "), right);
  return false;
}

bool RuleJudge::has_answer(const RuleContext& context, const RuleCondition& condition, int line) {
  const Texts* const stages = asked(context, "stage");
  if (stages == nullptr || stages->empty()) return true;
  const bool early = std::ranges::all_of(
      *stages, [](const std::string& stage) { return stage == "RequestReceived"; });
  if (!early) return true;
  for (const char* const part : {"responseStatus", "responseObject", "requestObject"}) {
    if (!asks_for(condition, part)) continue;
    find(RuleCode::NoAnswerYet, line, true,
         std::string("in stage RequestReceived there is no ") + part + " yet",
         "look at stage ResponseComplete");
    return false;
  }
  return true;
}

void RuleJudge::look_at_exec(const RuleContext& context, int line) {
  const Texts* const verbs = asked(context, "verb");
  const Texts* const subresources = asked(context, "objectRef.subresource");
  if (verbs == nullptr || subresources == nullptr) return;
  const auto has = [](const Texts& texts, std::string_view text) {
    return std::ranges::find(texts, text) != texts.end();
  };
  for (const char* const way : {"exec", "attach", "portforward"}) {
    if (!has(*subresources, way) || !has(*verbs, "create") || has(*verbs, "get")) continue;
    find(RuleCode::ExecByCreate, line, false,
         std::string("pods/") + way +
             " is looked for by create only, but clients of today "
             "(kubectl 1.31 and later) ask for it by GET, whose verb is get",
         "look for create and get");
  }
}

bool RuleJudge::is_recorded(const RuleCheck& check, const RuleContext& context) {
  if (policy_ == nullptr) return true;
  const RecordedByPolicy::Found found = policy_->of(context);
  if (!found.stage_recorded) {
    find(RuleCode::NotRecorded, check.line, true,
         "the policy records no such request in such a stage",
         "record it, and do not omit the stage");
    return false;
  }
  if (found.level >= check.needs) return true;
  find(RuleCode::NotRecorded, check.line, true,
       "the policy records such requests at " + std::string(to_string(found.level)) +
           " at most, and " + check.path + " needs " + std::string(to_string(check.needs)),
       "record them at level " + std::string(to_string(check.needs)));
  return false;
}

}  // namespace kaudit::cli
