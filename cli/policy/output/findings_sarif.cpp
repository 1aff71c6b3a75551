#include <string_view>

#include "base/json/json_text.hpp"
#include "base/text/hex.hpp"
#include "cli/policy/output/findings_output.hpp"
#include "policy/lint/pages.hpp"
#include "policy/lint/source_lines.hpp"

namespace kaudit::cli {
namespace {

using policy::lint::Finding;
using policy::lint::Lint;
using policy::lint::Severity;
using policy::lint::SourceLines;

std::string_view level_of(Severity severity) noexcept {
  return severity == Severity::Info ? "note" : to_string(severity);
}

/// A file's name as a URI: relative ones stay so, for the code host to find them in its checkout.
std::string uri_of(std::string_view name) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  if (name == "-") return "stdin";
  while (name.starts_with("./")) name.remove_prefix(2);
  std::string uri = name.starts_with('/') ? "file://" : "";
  for (const char c : name) {
    if (kUnreserved.find(c) != kUnreserved.npos) {
      uri += c;
      continue;
    }
    uri += '%';
    append_hex(uri, c, kUpperHex);
  }
  return uri;
}

/// `"name":"text"`
void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

/// Where Kubernetes describes what policies are; what a lint is about is in its `help`.
constexpr std::string_view kHelp =
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy";

void append_region(std::string& out, const SourceLines& lines, yaml::Position start,
                   yaml::Position end) {
  out += R"({"startLine":)" + std::to_string(start.line);
  out += R"(,"startColumn":)" + std::to_string(lines.code_points(start));
  if (end.line != start.line) out += R"(,"endLine":)" + std::to_string(end.line);
  out += R"(,"endColumn":)" + std::to_string(lines.code_points(end)) + "}";
}

void append_fixes(std::string& out, const CheckedFile& file, const SourceLines& lines,
                  const Finding& finding) {
  out += R"(,"fixes":[{"description":{)";
  append_member(out, "text", finding.fix);
  out += R"(},"artifactChanges":[{"artifactLocation":{)";
  append_member(out, "uri", uri_of(file.name));
  out += R"(},"replacements":[)";
  for (const policy::lint::Edit& edit : finding.edits) {
    if (out.back() != '[') out += ',';
    out += R"({"deletedRegion":)";
    append_region(out, lines, edit.start, edit.end);
    out += R"(,"insertedContent":{)";
    append_member(out, "text", edit.text);
    out += "}}";
  }
  out += "]}]}]";
}

void append_rule(std::string& out, const Lint& lint) {
  out += '{';
  append_member(out, "id", lint.id);
  out += ',';
  append_member(out, "name", lint.name);
  out += R"(,"shortDescription":{)";
  append_member(out, "text", lint.summary);
  out += R"(},"helpUri":)";
  append_json_string(out, kHelp);
  out += R"(,"help":{)";
  append_member(out, "text", policy::lint::page_of(lint));
  out += R"(},"defaultConfiguration":{)";
  append_member(out, "level", level_of(lint.severity));
  out += "}}";
}

void append_result(std::string& out, const CheckedFile& file, const SourceLines& lines,
                   const Finding& finding) {
  const Lint& lint = lint_of(finding.code);
  const auto index = static_cast<std::size_t>(&lint - policy::lint::lints().data());
  out += '{';
  append_member(out, "ruleId", lint.id);
  out += R"(,"ruleIndex":)" + std::to_string(index) + ",";
  append_member(out, "level", level_of(finding.severity));
  out += R"(,"message":{)";
  append_member(out, "text",
                finding.fix.empty() ? finding.message : finding.message + ".\nFix: " + finding.fix);
  out += R"(},"locations":[{"physicalLocation":{"artifactLocation":{)";
  append_member(out, "uri", uri_of(file.name));
  const yaml::Position start = finding.position;
  const yaml::Position end{start.line, start.column + static_cast<int>(lines.length_at(start))};
  out += R"(},"region":)";
  append_region(out, lines, start, end);
  out += "}}]";
  if (!finding.edits.empty()) append_fixes(out, file, lines, finding);
  out += '}';
}

}  // namespace

void append_findings_sarif(std::string& out, const std::vector<CheckedFile>& files) {
  out += R"({"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0",)"
         R"("runs":[{"tool":{"driver":{"name":"kaudit",)";
  append_member(out, "version", KAUDIT_VERSION);
  out += R"(,"rules":[)";
  for (const Lint& lint : policy::lint::lints()) {
    if (out.back() != '[') out += ',';
    append_rule(out, lint);
  }
  out += R"(]}},"columnKind":"unicodeCodePoints","results":[)";
  for (const CheckedFile& file : files) {
    const SourceLines lines(file.report.text);
    for (const Finding& finding : file.report.findings) {
      if (out.back() != '[') out += ',';
      append_result(out, file, lines, finding);
    }
  }
  out += "]}]}\n";
}

}  // namespace kaudit::cli
