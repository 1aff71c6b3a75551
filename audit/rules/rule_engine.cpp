#include "audit/rules/rule_engine.hpp"

namespace kaudit::audit::rules {

std::string_view to_string(RuleKind kind) noexcept {
  return kind == RuleKind::Falco ? "falco" : "sigma";
}

RuleEngine::RuleEngine(const RuleSet& rules)
    : rules_(rules), event_(rules.fields(), rules.quirks()) {
  const SigmaRules& sigma = rules.sigma();
  for (const SigmaCorrelation& correlation : sigma.correlations) {
    correlations_.emplace_back(correlation);
  }
  uses_.resize(sigma.rules.size());
  for (std::size_t i = 0; i < sigma.rules.size(); ++i) {
    for (std::size_t c = 0; c < sigma.correlations.size(); ++c) {
      if (!is_meant(sigma.correlations[c], sigma.rules[i])) continue;
      uses_[i].correlations.push_back(c);
      uses_[i].alone = uses_[i].alone && sigma.correlations[c].generate;
    }
  }
  counts_.resize(rules.falco().size() + sigma.rules.size() + sigma.correlations.size());
}

bool RuleEngine::process(std::string_view json, const std::function<void(RuleAlert&)>& raise) {
  if (!event_.load(json)) return false;
  RuleAlert alert;
  alert.event = &event_;
  raise_falco(alert, raise);
  alert.falco = nullptr;
  raise_sigma(alert, raise);
  return true;
}

namespace {

/// What every alert says of the event, read when the first rule is met.
void fill_in_event(RuleAlert& alert) {
  search::EventView& event = alert.event->event();
  if (alert.audit_id.empty()) {
    alert.audit_id = search::text_of(event.part(search::Part::AuditId));
    alert.stage = search::text_of(event.part(search::Part::Stage));
    alert.time = event.time();
  }
}

}  // namespace

void RuleEngine::raise_falco(RuleAlert& alert, const std::function<void(RuleAlert&)>& raise) {
  const auto& rules = rules_.falco();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const ReadyFalcoRule& ready = rules[i];
    if (!ready.filter.matches(event_)) continue;
    ++counts_[i];
    fill_in_event(alert);
    alert.kind = RuleKind::Falco;
    alert.rule = ready.rule.name;
    alert.priority = to_string(ready.rule.priority);
    alert.falco = &ready;
    alert.output.clear();
    ready.output.append_to(alert.output, event_);
    raise(alert);
  }
}

void RuleEngine::raise_sigma(RuleAlert& alert, const std::function<void(RuleAlert&)>& raise) {
  const SigmaRules& sigma = rules_.sigma();
  const auto raise_one = [&](std::string_view title, std::string_view level, std::size_t count) {
    ++counts_[rules_.falco().size() + count];
    alert.kind = RuleKind::Sigma;
    alert.rule = title;
    alert.priority = level;
    alert.output = title;
    raise(alert);
  };
  for (std::size_t i = 0; i < sigma.rules.size(); ++i) {
    const SigmaRule& rule = sigma.rules[i];
    if (!rule.condition.matches(event_.event())) continue;
    fill_in_event(alert);
    if (uses_[i].alone) raise_one(rule.title, rule.level, i);
    for (const std::size_t c : uses_[i].correlations) {
      const std::int64_t seconds = alert.time ? alert.time->seconds : 0;
      if (!correlations_[c].add(event_.event(), seconds)) continue;
      const SigmaCorrelation& correlation = correlations_[c].rule();
      raise_one(correlation.title, correlation.level, sigma.rules.size() + c);
    }
  }
}

}  // namespace kaudit::audit::rules
