#include "audit/rules/detection_rules.hpp"

#include <algorithm>
#include <utility>

#include "audit/rules/rule_yaml.hpp"
#include "base/yaml/reader.hpp"

namespace kaudit::audit::rules {

void RuleSet::add_file(std::string_view text, const std::string& name) {
  if (text.size() > kMaxRuleFileBytes) {
    problems_.push_back({{name, 1}, "", "the file is too large for rules"});
    return;
  }
  const std::vector<YamlPart> parts = yaml_parts(text);
  if (parts.empty()) problems_.push_back({{name, 1}, "", "there are no rules in it"});
  for (const YamlPart& part : parts) {
    const auto document = yaml::read_document(part.text);
    if (!document) {
      problems_.push_back(
          {{name, std::max(document.error().position.line, 1)}, "", document.error().message});
      continue;
    }
    const yaml::Node& root = *document->root;
    if (root.sequence() != nullptr) {
      collected_.add_file(root, name, problems_);
    } else if (root.mapping() != nullptr) {
      add_sigma_rule(root, name, sigma_, problems_, skipped_);
    } else if (!root.is_null()) {
      problems_.push_back(
          {{name, root.position.line}, "", "neither a list of Falco's items nor a Sigma rule"});
    }
  }
}

void RuleSet::compile(FalcoRule rule) {
  auto filter = search::Filter::compile(rule.expression, fields_, quirks_);
  if (!filter) {
    problems_.push_back({rule.condition_place, rule.name, filter.error().message});
    return;
  }
  auto output = search::OutputTemplate::compile(rule.output, fields_);
  if (!output) {
    problems_.push_back(
        {rule.place, rule.name, "output: " + describe(output.error(), rule.output)});
    return;
  }
  falco_.push_back({std::move(rule), *std::move(filter), *std::move(output)});
}

void RuleSet::finish() {
  for (FalcoRule& rule : collected_.finish(problems_, skipped_)) compile(std::move(rule));
  for (const ReadyFalcoRule& ready : falco_) falco_index_.add(ready.filter);
  falco_index_.finish();
  links_ = link_correlations(sigma_, problems_);
}

}  // namespace kaudit::audit::rules
