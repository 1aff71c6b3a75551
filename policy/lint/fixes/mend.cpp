#include "policy/lint/fixes/mend.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "policy/evaluator.hpp"
#include "policy/expected_events.hpp"
#include "policy/lint/fixes/edit.hpp"

namespace kaudit::policy::lint {
namespace {

using audit::Level;

bool may_hold_secrets(const Probe& probe) {
  return probe.topic == ProbeTopic::Secrets || probe.topic == ProbeTopic::Tokens ||
         probe.attributes.resource == "secrets";
}

bool is_worse(const Probe& probe, const audit::Decision& before, const audit::Decision& after) {
  const Recording was = recorded(before, probe.attributes);
  const Recording is = recorded(after, probe.attributes);
  const bool secret = may_hold_secrets(probe);
  if (secret && is.level > probe.most && is.level > was.level) return true;
  if (probe.most == Level::None || was.level == Level::None) return false;
  if (is.level == Level::None || (was.outcome && !is.outcome)) return true;
  return !secret && recorded_content(after, probe.attributes) <
                        std::min(recorded_content(before, probe.attributes), probe.most);
}

std::size_t errors_in(const CheckReport& report) {
  return static_cast<std::size_t>(std::ranges::count_if(
      report.findings, [](const Finding& finding) { return finding.severity == Severity::Error; }));
}

bool has(const CheckReport& report, const Finding& finding) {
  return std::ranges::any_of(report.findings, [&](const Finding& other) {
    return other.code == finding.code && other.path == finding.path &&
           other.message == finding.message;
  });
}

bool is_refused(const CheckReport& report) {
  return std::ranges::any_of(
      report.findings, [](const Finding& finding) { return finding.code < Code::MisspeltField; });
}

bool worsens(const CheckReport& before, const CheckReport& after) {
  if (before.policies.size() != after.policies.size()) return !is_refused(before);
  for (std::size_t i = 0; i < before.policies.size(); ++i) {
    if (!worsened(*compile(before.policies[i]), *compile(after.policies[i])).empty()) return true;
  }
  return false;
}

class Mender {
 public:
  explicit Mender(const CheckOptions& options) : options_(options) {}

  MendReport run(std::string_view bytes) {
    CheckReport report = check(bytes, options_);
    while (auto next = mend_one(report)) report = *std::move(next);
    result_.text = report.text;
    std::vector<Edit> edits;
    for (Finding& finding : report.findings) {
      if (finding.edits.empty()) continue;
      edits.insert(edits.end(), finding.edits.begin(), finding.edits.end());
      result_.open.push_back(std::move(finding));
    }
    result_.proposed = with_edits(report.text, std::move(edits));
    return std::move(result_);
  }

 private:
  std::optional<CheckReport> mend_one(const CheckReport& report) {
    for (const Finding& finding : report.findings) {
      if (finding.edits.empty() || finding.fix_kind != FixKind::Slip) continue;
      // What cannot be mended stays so, even if its line moves.
      if (refused_.contains({finding.code, finding.path, finding.edits.front().text})) continue;
      CheckReport after = check(with_edits(report.text, finding.edits), options_);
      // Once a field's name is mended, it may turn out not to hold a list.
      std::vector<Finding> also;
      for (const Finding& follow : after.findings) {
        if (follow.code == Code::WrongType && !follow.edits.empty()) also.push_back(follow);
      }
      if (!also.empty() && finding.code != Code::WrongType) {
        after = check(with_edits(after.text, also.front().edits), options_);
      }
      // A text that was refused may show more once it is read.
      const bool no_worse =
          is_refused(report) || (errors_in(after) <= errors_in(report) && !is_refused(after));
      const bool better = no_worse && !has(after, finding) && !worsens(report, after);
      if (better) {
        result_.mended.push_back(finding);
        return after;
      }
      refused_.insert({finding.code, finding.path, finding.edits.front().text});
    }
    return std::nullopt;
  }

  const CheckOptions& options_;
  MendReport result_;
  std::set<std::tuple<Code, std::string, std::string>> refused_;
};

}  // namespace

std::vector<const Probe*> worsened(const audit::Evaluator& before, const audit::Evaluator& after) {
  std::vector<const Probe*> worse;
  for (const Probe& probe : probes()) {
    if (is_worse(probe, before.evaluate(probe.attributes), after.evaluate(probe.attributes))) {
      worse.push_back(&probe);
    }
  }
  return worse;
}

MendReport mend(std::string_view bytes, const CheckOptions& options) {
  return Mender(options).run(bytes);
}

}  // namespace kaudit::policy::lint
