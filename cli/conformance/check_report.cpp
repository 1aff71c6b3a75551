#include "cli/conformance/check_report.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <CLI/CLI.hpp>

#include "base/json/json_text.hpp"
#include "base/text/quote.hpp"
#include "base/text/spelling.hpp"
#include "cli/policy/output/junit.hpp"
#include "cli/standard_output.hpp"

namespace kaudit::cli {
namespace {

bool names_check(std::string_view wanted, const Check& check) {
  return check.id == wanted || (check.id.starts_with(wanted) && check.id.size() > wanted.size() &&
                                check.id[wanted.size()] == '.');
}

Result<void> known_checks(const Suite& suite, const std::vector<std::string>& wanted,
                          std::string_view option) {
  for (const std::string& one : wanted) {
    if (std::ranges::any_of(suite.checks,
                            [&](const Check& check) { return names_check(one, check); })) {
      continue;
    }
    std::vector<std::string_view> ids;
    for (const Check& check : suite.checks) ids.push_back(check.id);
    const std::string_view near = nearest(one, ids);
    return fail(
        std::string(option) + ": there is no check " + go_quoted(one) +
        (near.empty() ? "; --list shows them" : ": did you mean " + std::string(near) + "?"));
  }
  return {};
}

bool any_names(const std::vector<std::string>& wanted, const Check& check) {
  return std::ranges::any_of(wanted,
                             [&](const std::string& one) { return names_check(one, check); });
}

void append_check_member(std::string& out, std::string_view name, std::string_view value) {
  out += out.size() > 1 ? "," : "";
  append_json_string(out, name);
  out += ":";
  append_json_string(out, value);
}

}  // namespace

std::string_view to_string(CheckResult result) noexcept {
  switch (result) {
    case CheckResult::Pass:
      return "pass";
    case CheckResult::Fail:
      return "fail";
    case CheckResult::Skip:
      return "skip";
  }
  return "";
}

void add_check_options(CLI::App& command, CheckOptions& options) {
  command.add_option("--only", options.only, "Only these checks, or all of a section: ID,…")
      ->delimiter(',')
      ->type_name("ID,…");
  command.add_option("--skip", options.skip, "Leave these out")->delimiter(',')->type_name("ID,…");
  command.add_flag("--strict", options.strict, "A should that fails counts as a must");
  command.add_flag("--list", options.list, "Show the checks, and run none");
  add_format_option(command, options.format, "For people, or one JSON object a result");
  command.add_option("--junit", options.junit, "Also write JUnit XML to this file")
      ->type_name("FILE");
}

Result<CheckReport> CheckReport::make(const Suite& suite, const CheckOptions& options) {
  if (auto fine = known_checks(suite, options.only, "--only"); !fine) {
    return tl::unexpected(fine.error());
  }
  if (auto fine = known_checks(suite, options.skip, "--skip"); !fine) {
    return tl::unexpected(fine.error());
  }
  return CheckReport(suite, options);
}

const Check& CheckReport::check(std::string_view id) const {
  const Check* const found = suite_->find(id);
  if (found == nullptr) throw std::logic_error("no check " + std::string(id));
  return *found;
}

bool CheckReport::wanted(std::string_view id) const {
  const Check& one = check(id);
  if (!options_->only.empty() && !any_names(options_->only, one)) return false;
  return !any_names(options_->skip, one);
}

void CheckReport::decide(std::string_view id, bool holds, std::string_view message) {
  if (holds) {
    pass(id, message);
  } else {
    fail(id, message);
  }
}

bool CheckReport::failed(std::string_view id) const {
  const auto found = scores_.find(id);
  return found != scores_.end() && found->second.result == CheckResult::Fail;
}

void CheckReport::pass(std::string_view id, std::string_view message) {
  const Check& one = check(id);
  Score& score = scores_[one.id];
  if (!wanted(id) || score.result) return;
  score.result = CheckResult::Pass;
  print_result(one, CheckResult::Pass, message, {});
}

void CheckReport::skip(std::string_view id, std::string_view why) {
  const Check& one = check(id);
  Score& score = scores_[one.id];
  if (!wanted(id) || score.result) return;
  score.result = CheckResult::Skip;
  score.why = why;
  print_result(one, CheckResult::Skip, why, {});
}

void CheckReport::fail(std::string_view id, std::string_view message, const FindingPlace& place) {
  const Check& one = check(id);
  if (!wanted(id)) return;
  Score& score = scores_[one.id];
  if (score.findings++ == 0) {
    score.result = CheckResult::Fail;
    score.first = message;
  }
  if (score.findings <= kMostFindings) print_result(one, CheckResult::Fail, message, place);
}

void CheckReport::print_result(const Check& check, CheckResult result, std::string_view message,
                               const FindingPlace& place) const {
  if (options_->format == ReportFormat::Json) {
    std::string out = "{";
    append_check_member(out, "id", check.id);
    append_check_member(out, "section", check.section);
    append_check_member(out, "level", to_string(check.level));
    append_check_member(out, "result", to_string(result));
    append_check_member(out, "message", message);
    if (!place.file.empty()) append_check_member(out, "file", place.file);
    if (place.line > 0) out += ",\"line\":" + std::to_string(place.line);
    if (!place.audit_id.empty()) append_check_member(out, "auditID", place.audit_id);
    print_json(out + "}\n");
    return;
  }
  // People want to know what is wrong; what is fine, the summary counts.
  if (result == CheckResult::Pass) return;
  std::string out(to_string(result));
  out += " " + std::string(to_string(check.level)) + " " + std::string(check.id) + ": ";
  if (!place.file.empty()) out += visible(place.file);
  if (place.line > 0) out += ":" + std::to_string(place.line);
  if (!place.file.empty()) out += ": ";
  out += visible(message);
  if (!place.audit_id.empty()) out += " (auditID " + visible(place.audit_id.substr(0, 64)) + ")";
  print(out + "\n");
  if (result == CheckResult::Fail && scores_.at(check.id).findings == 1) {
    print("     " + std::string(check.reason) + "\n");
  }
}

/// What came after the findings that were printed.
void CheckReport::print_rest(const Check& check, const Score& score) const {
  if (score.findings <= kMostFindings) return;
  print_result(check, CheckResult::Fail,
               std::to_string(score.findings - kMostFindings) + " more of these", {});
}

Exit CheckReport::finish() {
  std::array<std::uint64_t, 3> count{};
  bool refused = false;
  for (const Check& one : suite_->checks) {
    if (!wanted(one.id)) continue;
    pass(one.id);
    const Score& score = scores_.at(one.id);
    print_rest(one, score);
    ++count.at(static_cast<std::size_t>(*score.result));
    const bool weighs =
        one.level == CheckLevel::Must || (options_->strict && one.level == CheckLevel::Should);
    refused = refused || (weighs && score.result == CheckResult::Fail);
  }
  const auto number = [&](CheckResult result) {
    return std::to_string(count.at(static_cast<std::size_t>(result)));
  };
  if (options_->format == ReportFormat::Json) {
    print_json("{\"summary\":{\"pass\":" + number(CheckResult::Pass) + ",\"fail\":" +
               number(CheckResult::Fail) + ",\"skip\":" + number(CheckResult::Skip) + "}}\n");
  } else {
    print(number(CheckResult::Pass) + " passed, " + number(CheckResult::Fail) + " failed, " +
          number(CheckResult::Skip) + " skipped\n");
  }
  if (const auto written = write_junit(); !written) {
    complain(written.error().message);
    return Exit::Usage;
  }
  return refused ? Exit::Findings : Exit::Fine;
}

Result<void> CheckReport::write_junit() const {
  if (options_->junit.empty()) return {};
  std::vector<JunitCase> cases;
  for (const Check& one : suite_->checks) {
    if (!wanted(one.id)) continue;
    const Score& score = scores_.at(one.id);
    JunitCase test{std::string(one.section), std::string(one.id), {}, score.why};
    if (score.result == CheckResult::Fail) {
      test.failures.push_back(score.first + " (" + std::to_string(score.findings) + " findings)");
    }
    cases.push_back(std::move(test));
  }
  std::ofstream file(options_->junit, std::ios::binary);
  file << junit_xml("kaudit conformance " + std::string(suite_->name), cases);
  file.flush();
  if (!file) return kaudit::fail("cannot write " + options_->junit);
  return {};
}

bool list_checks(const Suite& suite, const CheckOptions& options) {
  if (!options.list) return false;
  std::string out;
  if (options.format == ReportFormat::Text) {
    append_check_list(out, suite);
    print(out);
    return true;
  }
  for (const Check& check : suite.checks) {
    std::string line = "{";
    append_check_member(line, "id", check.id);
    append_check_member(line, "section", check.section);
    append_check_member(line, "level", to_string(check.level));
    append_check_member(line, "claim", check.claim);
    append_check_member(line, "reason", check.reason);
    append_check_member(line, "reference", check.reference);
    out += line + "}\n";
  }
  print_json(out);
  return true;
}

}  // namespace kaudit::cli
