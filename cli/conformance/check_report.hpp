#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/commands.hpp"
#include "cli/conformance/check_table.hpp"
#include "cli/report_format.hpp"

namespace kaudit::cli {

/// What the commands of `kaudit conformance` have in common.
struct CheckOptions {
  std::vector<std::string> only;  ///< ids or sections' ids (`framing`)
  std::vector<std::string> skip;
  bool strict = false;  ///< a should counts as a must
  bool list = false;
  ReportFormat format = ReportFormat::Text;
  std::string junit;  ///< a file, or "" for none
};

/// Adds --only, --skip, --strict, --list, --output and --junit, and what they and the exit codes
/// mean. The options must outlive the application.
void add_check_options(CLI::App& command, CheckOptions& options);

enum class CheckResult : std::uint8_t { Pass, Fail, Skip };
std::string_view to_string(CheckResult result) noexcept;

/// Where a finding is; what is not known stays empty.
struct FindingPlace {
  std::string_view file;
  std::uint64_t line = 0;  ///< from 1; 0: none
  std::string_view audit_id;
};

/// Prints what the checks of a suite come to, as they come, and keeps the score. Text, or a JSON
/// line a result: `{"id","section","level","result","message"}`, with `file`, `line` and `auditID`
/// where a finding has a place; at the end `{"summary":{"pass","fail","skip"}}`, which counts
/// checks. Not thread-safe.
class CheckReport {
 public:
  /// Findings of one check that are printed; the rest is counted.
  static constexpr std::uint64_t kMostFindings = 20;

  /// Error: --only or --skip name what the suite does not have.
  static Result<CheckReport> make(const Suite& suite, const CheckOptions& options);

  /// Whether a check is to be run: neither left out nor skipped.
  bool wanted(std::string_view id) const;

  // Each check of the suite is decided once, or fails several times, with a place each.
  void pass(std::string_view id, std::string_view message = "");
  void fail(std::string_view id, std::string_view message, const FindingPlace& place = {});
  void skip(std::string_view id, std::string_view why);
  /// Passes or fails with the same message.
  void decide(std::string_view id, bool holds, std::string_view message);
  bool failed(std::string_view id) const;

  /// Decides what nobody decided: it passes. Prints the summary, writes the JUnit file. 0 when no
  /// must failed (with --strict: no should either), else 1; 2 when the file cannot be written.
  Exit finish();

 private:
  struct Score {
    std::optional<CheckResult> result;
    std::uint64_t findings = 0;
    std::string first;  ///< the message of the first
    std::string why;    ///< it was skipped
  };

  CheckReport(const Suite& suite, const CheckOptions& options)
      : suite_(&suite), options_(&options) {}
  const Check& check(std::string_view id) const;
  void print_result(const Check& check, CheckResult result, std::string_view message,
                    const FindingPlace& place) const;
  void print_rest(const Check& check, const Score& score) const;
  Result<void> write_junit() const;

  const Suite* suite_;
  const CheckOptions* options_;
  std::map<std::string_view, Score> scores_;
};

/// Prints the suite's checks and is done, when --list asks for it.
bool list_checks(const Suite& suite, const CheckOptions& options);

}  // namespace kaudit::cli
