#include "cli/policy/policy_fix.hpp"

#include <fstream>
#include <string_view>

#include "cli/policy/output/unified_diff.hpp"
#include "cli/standard_output.hpp"
#include "policy/lint/fixes/mend.hpp"

namespace kaudit::cli {
namespace {

std::string without_returns(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || text.substr(i + 1, 1) != "\n") out += text[i];
  }
  return out;
}

std::string with_returns(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

// In place: the file keeps its owner, mode and links.
Result<void> write_in_place(const std::string& name, const std::string& text) {
  std::ofstream file(name, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(name + ": cannot be written");
  return {};
}

}  // namespace

Result<std::string> fix_policy_file(const std::string& name, const std::string& bytes,
                                    const policy::lint::CheckOptions& check) {
  if (name == "-") return fail("policy check --fix writes files: it cannot write stdin");
  const policy::lint::MendReport report = policy::lint::mend(bytes, check);
  const bool has_returns = bytes.find("\r\n") != bytes.npos;
  const std::string as_read = has_returns ? without_returns(bytes) : bytes;
  if (!report.mended.empty()) {
    if (policy::lint::check(bytes, check).text != as_read) {
      return fail(name + ": not fixed: save the file as UTF-8 without a byte order mark first");
    }
    const auto written =
        write_in_place(name, has_returns ? with_returns(report.text) : report.text);
    if (!written) return tl::unexpected(written.error());
  }
  std::string out;
  for (const policy::lint::Finding& finding : report.mended) {
    out += name + ":" + std::to_string(finding.position.line) + ": fixed: " + finding.fix + " [" +
           std::string(lint_of(finding.code).id) + "]\n";
  }
  if (report.proposed != report.text) {
    out += "to be decided:\n" + unified_diff(name, report.text, report.proposed);
  }
  print(out);
  return report.text;
}

}  // namespace kaudit::cli
