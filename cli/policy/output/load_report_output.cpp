#include "cli/policy/output/load_report_output.hpp"

#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"

namespace kaudit::cli {
namespace {

using policy::LoadReport;
using policy::Problem;

const char* verdict_of(const LoadReport& report) {
  if (!report.policy) return "refuse";
  return report.warnings.empty() ? "ok" : "warn";
}

void append_problems(std::string& out, const std::vector<Problem>& problems) {
  out += '[';
  for (const Problem& problem : problems) {
    if (out.back() != '[') out += ',';
    out += R"({"path":)";
    append_json_string(out, problem.path);
    out += R"(,"line":)" + std::to_string(problem.position.line);
    out += R"(,"column":)" + std::to_string(problem.position.column);
    out += R"(,"message":)";
    append_json_string(out, problem.message);
    out += '}';
  }
  out += ']';
}

void append_lines(std::string& out, const std::string& file, const char* severity,
                  const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    out += visible(file);
    if (problem.position.line > 0) {
      out += ":" + std::to_string(problem.position.line) + ":" +
             std::to_string(problem.position.column);
    }
    out += std::string(": ") + severity + ": ";
    const bool names_path =
        problem.path.empty() || problem.message.find(problem.path) != std::string::npos;
    if (!names_path) out += visible(problem.path) + ": ";
    out += visible(problem.message) + "\n";
  }
}

}  // namespace

void append_json_report(std::string& out, const std::string& file, const LoadReport& report) {
  out += R"({"file":)";
  append_json_string(out, file);
  out += R"(,"verdict":")";
  out += verdict_of(report);
  out += R"(","errors":)";
  append_problems(out, report.errors);
  out += R"(,"warnings":)";
  append_problems(out, report.warnings);
  out += "}\n";
}

void append_text_report(std::string& out, const std::string& file, const LoadReport& report) {
  append_lines(out, file, "error", report.errors);
  append_lines(out, file, "warning", report.warnings);
  out += visible(file) + ": ";
  if (!report.policy) {
    out += "refused: a server would not start with it\n";
    return;
  }
  const std::size_t rules = report.policy->rules.size();
  out += "loads, " + std::to_string(rules) + (rules == 1 ? " rule" : " rules");
  out += report.warnings.empty() ? "\n" : ", with warnings\n";
}

}  // namespace kaudit::cli
