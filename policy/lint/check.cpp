#include "policy/lint/check.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/yaml/reader.hpp"
#include "base/yaml/source_text.hpp"
#include "policy/decode.hpp"
#include "policy/evaluator.hpp"
#include "policy/lint/checks/passes.hpp"
#include "policy/lint/embedded.hpp"
#include "policy/lint/silence.hpp"
#include "policy/lint/text.hpp"
#include "policy/loader.hpp"
#include "policy/validate.hpp"

namespace kaudit::policy::lint {
namespace {

void find_all(std::string_view text, const yaml::Document& document, const Policy& policy,
              const CheckOptions& options, const TypeReport& types, Findings& findings) {
  find_dropped_fields(types, document, policy, findings);
  find_empty_conditions(document, findings);
  if (document.format == yaml::Format::Yaml) find_second_document(text, findings);
  find_dead_resources(policy, findings);
  find_dead_values(policy, findings);
  find_stage_problems(policy, options.flags, findings);
  if (policy.rules.empty() || !validate(policy).empty()) return;
  const auto evaluator = compile(policy);
  find_unreachable_rules(policy, *evaluator, findings);
  find_unrecorded(policy, *evaluator, findings);
  find_bodies(policy, *evaluator, findings);
  find_noise(policy, *evaluator, findings);
}

void sort(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::tuple(finding.position.line, finding.position.column, finding.code);
  });
}

CheckReport too_large(std::size_t size) {
  CheckReport report;
  report.findings.push_back({Code::TooLarge,
                             Severity::Error,
                             {1, 1},
                             Finding::kNoRule,
                             "",
                             "the file is larger than " + std::to_string(kMaxBytes >> 20U) +
                                 " MiB (" + std::to_string(size) +
                                 " bytes or more): no policy is, and it was not read",
                             "give the file that `--audit-policy-file` names"});
  return report;
}

}  // namespace

std::optional<Severity> CheckReport::worst() const noexcept {
  std::optional<Severity> worst;
  for (const Finding& finding : findings) {
    worst = std::max(worst.value_or(finding.severity), finding.severity);
  }
  return worst;
}

namespace {

CheckReport check_policy(std::string_view bytes, const CheckOptions& options) {
  CheckReport report;
  const bool is_json = yaml::looks_like_json(bytes);
  auto source =
      is_json ? yaml::ReadResult<std::string>(std::string(bytes)) : yaml::source_text(bytes);
  report.text = source ? *std::move(source) : std::string(bytes);

  const LoadReport loaded = read_policy(bytes, "");
  const auto document = yaml::read_document(bytes);
  if (!document) {
    const yaml::Document none;
    Findings findings(none);
    find_syntax_error(loaded, report.text, findings);
    report.findings = findings.take();
    return report;
  }
  Findings findings(*document, report.text);
  const TypeReport types = check_types(*document, policy_type());
  find_refusals(loaded, *document, types, findings);
  std::vector<int> rule_lines;
  if (!types.error && document->root->mapping() != nullptr && other_kind(*document).empty()) {
    const Policy policy = decode_policy(*document);
    report.rules = policy.rules.size();
    for (const Rule& rule : policy.rules) rule_lines.push_back(rule.position.line);
    find_all(report.text, *document, policy, options, types, findings);
    if (!policy.rules.empty() && validate(policy).empty()) report.policies.push_back(policy);
  }
  report.findings = findings.take();
  if (!is_json) silence(report.text, rule_lines, report.findings);
  sort(report.findings);
  return report;
}

/// Moves what was said of a policy to its place in the file around it.
void place(Finding& finding, const EmbeddedPolicy& policy) {
  if (!policy.exact) {
    finding.message = "line " + std::to_string(finding.position.line) + " of the text in " +
                      code(policy.where) + ": " + finding.message;
    finding.position = policy.position;
    finding.edits.clear();
    return;
  }
  finding.position.column += policy.indent;
  for (Edit& edit : finding.edits) edit = moved_in(std::move(edit), policy.indent);
}

CheckReport check_embedded(std::string text, const std::vector<EmbeddedPolicy>& policies,
                           const CheckOptions& options) {
  CheckReport report;
  report.text = std::move(text);
  for (const EmbeddedPolicy& policy : policies) {
    CheckReport of_one = check_policy(policy.text, options);
    report.rules += of_one.rules;
    report.found.push_back({policy.where, policy.position.line});
    for (Finding& finding : of_one.findings) {
      place(finding, policy);
      report.findings.push_back(std::move(finding));
    }
    std::ranges::move(of_one.policies, std::back_inserter(report.policies));
  }
  sort(report.findings);
  return report;
}

}  // namespace

CheckReport check(std::string_view bytes, const CheckOptions& options) {
  if (bytes.size() > kMaxBytes) return too_large(bytes.size());
  auto source = yaml::looks_like_json(bytes) ? yaml::ReadResult<std::string>(std::string(bytes))
                                             : yaml::source_text(bytes);
  if (source) {
    const auto policies = find_embedded(*source);
    if (!policies.empty()) return check_embedded(*std::move(source), policies, options);
  }
  return check_policy(bytes, options);
}

}  // namespace kaudit::policy::lint
