#include "audit/rules/rule_engine.hpp"

#include <algorithm>

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
  waiting_.resize(sigma.correlations.size());
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

std::int64_t seconds_of(const RuleAlert& alert) { return alert.time ? alert.time->seconds : 0; }

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

void RuleEngine::raise_falco(RuleAlert& alert, const Raise& raise) {
  rules_.falco_index().find(event_, candidates_);
  candidates_.for_each([&](std::size_t i) {
    const ReadyFalcoRule& ready = rules_.falco()[i];
    if (!ready.filter.matches(event_)) return;
    ++counts_[i];
    fill_in_event(alert);
    alert.kind = RuleKind::Falco;
    alert.rule = ready.rule.name;
    alert.priority = to_string(ready.rule.priority);
    alert.falco = &ready;
    alert.output.clear();
    ready.output.append_to(alert.output, event_);
    raise(alert);
  });
}

namespace {

void raise_as_sigma(RuleAlert& alert, std::string_view title, std::string_view level,
                    const std::function<void(RuleAlert&)>& raise) {
  alert.kind = RuleKind::Sigma;
  alert.rule = title;
  alert.priority = level;
  alert.output = title;
  raise(alert);
}

}  // namespace

void RuleEngine::raise_sigma(RuleAlert& alert, const Raise& raise) {
  const SigmaRules& sigma = rules_.sigma();
  for (std::size_t i = 0; i < sigma.rules.size(); ++i) {
    const SigmaRule& rule = sigma.rules[i];
    if (!rule.condition.matches(event_.event())) continue;
    fill_in_event(alert);
    const auto& uses = rules_.links().of_rules[i];
    if (is_alone(uses)) {
      ++counts_[rules_.falco().size() + i];
      raise_as_sigma(alert, rule.title, rule.level, raise);
    }
    feed(uses, alert, raise);
  }
  // Those that look at which rules have matched look at all of the event's matches together; what
  // they lead to comes behind them in this order.
  for (const std::size_t c : rules_.links().order) {
    if (waiting_[c].empty()) continue;
    const bool begins = correlations_[c].add(event_.event(), seconds_of(alert), waiting_[c]);
    waiting_[c].clear();
    if (begins) fire(c, alert, raise);
  }
}

void RuleEngine::feed(const std::vector<CorrelationUse>& uses, RuleAlert& alert,
                      const Raise& raise) {
  for (const CorrelationUse& use : uses) {
    const std::size_t c = use.correlation;
    if (is_temporal(correlations_[c].rule().type)) {
      waiting_[c].push_back(&use);
    } else if (correlations_[c].add(event_.event(), seconds_of(alert), {&use})) {
      fire(c, alert, raise);
    }
  }
}

void RuleEngine::fire(std::size_t correlation, RuleAlert& alert, const Raise& raise) {
  const SigmaCorrelation& rule = correlations_[correlation].rule();
  const auto& uses = rules_.links().of_correlations[correlation];
  if (is_alone(uses)) {
    ++counts_[rules_.falco().size() + rules_.sigma().rules.size() + correlation];
    raise_as_sigma(alert, rule.title, rule.level, raise);
  }
  feed(uses, alert, raise);
}

/// Whether something raises alerts of its own, or is but a part of the correlations that name it.
bool RuleEngine::is_alone(const std::vector<CorrelationUse>& uses) const {
  return std::ranges::all_of(uses, [this](const CorrelationUse& use) {
    return correlations_[use.correlation].rule().generate;
  });
}

}  // namespace kaudit::audit::rules
