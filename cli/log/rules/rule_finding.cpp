#include "cli/log/rules/rule_finding.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

using SarifJson = nlohmann::ordered_json;

struct CodeText {
  std::string_view code;
  std::string_view summary;
};

constexpr std::array<CodeText, kRuleCodes> kCodes = {{
    {"KR001", "The rule is not loaded"},
    {"KR101", "A field that no audit event has"},
    {"KR102", "A value that the field never has"},
    {"KR103", "A verb that does not exist"},
    {"KR104", "An exec that is looked for by create only"},
    {"KR105", "A resource in a group that does not have it"},
    {"KR106", "The policy does not record what the rule looks at"},
    {"KR107", "A resource that Kubernetes does not have"},
    {"KR108", "The rule is turned off"},
    {"KR109", "A field that Falco's plugin does not fill in"},
    {"KR110", "An answer is looked for in a stage before it"},
    {"KR111", "A part that is always true under the policy"},
}};

const CodeText& text_of_code(RuleCode code) noexcept {
  return kCodes[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view to_string(RuleSeverity severity) noexcept {
  switch (severity) {
    case RuleSeverity::Info:
      return "info";
    case RuleSeverity::Warning:
      return "warning";
    case RuleSeverity::Error:
      return "error";
  }
  return "";
}

std::string_view code_text(RuleCode code) noexcept { return text_of_code(code).code; }
std::string_view code_summary(RuleCode code) noexcept { return text_of_code(code).summary; }

void append_rule_findings_text(std::string& out, const std::vector<RuleFinding>& findings) {
  for (const RuleFinding& finding : findings) {
    out += visible(finding.file) + ":" + std::to_string(finding.line) + ": " +
           std::string(to_string(finding.severity)) + ": ";
    if (!finding.rule.empty()) out += "rule " + go_quoted(finding.rule) + ": ";
    out += visible(finding.message, Layout::Kept) + " [" + std::string(code_text(finding.code)) +
           "]\n";
    if (!finding.fix.empty()) out += "    fix: " + visible(finding.fix) + "\n";
  }
}

void append_rule_findings_json(std::string& out, const std::vector<RuleFinding>& findings) {
  for (const RuleFinding& finding : findings) {
    const auto text = [&out](const char* name, std::string_view value) {
      out += name;
      append_json_string(out, value);
    };
    text("{\"file\":", finding.file);
    out += ",\"line\":" + std::to_string(finding.line);
    text(",\"rule\":", finding.rule);
    text(",\"code\":", code_text(finding.code));
    text(",\"severity\":", to_string(finding.severity));
    text(",\"message\":", finding.message);
    text(",\"fix\":", finding.fix);
    out += "}\n";
  }
}

void append_rule_findings_sarif(std::string& out, const std::vector<RuleFinding>& findings) {
  SarifJson rules = SarifJson::array();
  for (std::size_t i = 0; i < kRuleCodes; ++i) {
    rules.push_back({{"id", std::string(kCodes[i].code)},
                     {"shortDescription", {{"text", std::string(kCodes[i].summary)}}}});
  }
  SarifJson results = SarifJson::array();
  for (const RuleFinding& finding : findings) {
    const char* const level = finding.severity == RuleSeverity::Error     ? "error"
                              : finding.severity == RuleSeverity::Warning ? "warning"
                                                                          : "note";
    const SarifJson location = {{"physicalLocation",
                                 {{"artifactLocation", {{"uri", finding.file}}},
                                  {"region", {{"startLine", std::max(finding.line, 1)}}}}}};
    results.push_back({{"ruleId", std::string(code_text(finding.code))},
                       {"ruleIndex", static_cast<std::size_t>(finding.code)},
                       {"level", level},
                       {"message",
                        {{"text", "rule " + finding.rule + ": " + finding.message +
                                      (finding.fix.empty() ? "" : ".\nFix: " + finding.fix)}}},
                       {"locations", SarifJson::array({location})}});
  }
  const SarifJson log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       SarifJson::array(
           {{{"tool",
              {{"driver",
                {{"name", "kaudit"}, {"version", KAUDIT_VERSION}, {"rules", std::move(rules)}}}}},
             {"results", std::move(results)}}})}};
  out += log.dump(-1, ' ', false, SarifJson::error_handler_t::replace) + "\n";
}

}  // namespace kaudit::cli
