#include "base/json/json_text.hpp"
#include "cli/policy/output/findings_output.hpp"

namespace kaudit::cli {

void append_findings_json(std::string& out, const CheckedFile& file) {
  for (const policy::lint::Finding& finding : file.report.findings) {
    const auto text = [&out](const char* name, std::string_view value) {
      out += std::string(",\"") + name + "\":";
      append_json_string(out, value);
    };
    out += R"({"file":)";
    append_json_string(out, file.name);
    out += R"(,"line":)" + std::to_string(finding.position.line);
    out += R"(,"column":)" + std::to_string(finding.position.column);
    text("code", lint_of(finding.code).id);
    text("severity", to_string(finding.severity));
    out += R"(,"rule":)";
    out += finding.rule == policy::lint::Finding::kNoRule ? "null" : std::to_string(finding.rule);
    text("path", finding.path);
    text("message", finding.message);
    text("fix", finding.fix);
    out += "}\n";
  }
}

}  // namespace kaudit::cli
