#include "apiserver/explorer/workbench.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "apiserver/explorer/reasons.hpp"
#include "apiserver/explorer/rows/row_json.hpp"
#include "base/json/json_writer.hpp"
#include "base/json/object_writer.hpp"
#include "policy/evaluator.hpp"
#include "policy/lint/check.hpp"
#include "policy/loader.hpp"

namespace kaudit::apiserver::explorer {
namespace {

constexpr std::size_t kMaxShownChanges = 500;
constexpr double kSecondsADay = 86'400;
/// Below that a day's volume would be a guess.
constexpr double kMinSeconds = 5;

void append_findings(JsonWriter& writer, const policy::lint::CheckReport& report) {
  writer.literal("[");
  bool first = true;
  for (const policy::lint::Finding& finding : report.findings) {
    if (!first) writer.literal(",");
    first = false;
    ObjectWriter object(writer);
    object.text(R"("code":)", policy::lint::lint_of(finding.code).id);
    object.text(R"("severity":)", policy::lint::to_string(finding.severity));
    object.member(R"("line":)").integer(finding.position.line);
    object.member(R"("column":)").integer(finding.position.column);
    if (finding.rule != policy::lint::Finding::kNoRule) {
      object.member(R"("rule":)").integer(finding.rule);
    }
    object.text(R"("path":)", finding.path);
    object.text(R"("message":)", finding.message);
    object.text(R"("fix":)", finding.fix);
  }
  writer.literal("]");
}

/// What the recorded requests come to under the policy that was in force, and under another one.
class Comparison {
 public:
  explicit Comparison(const policy::Policy& policy)
      : policy_(policy), evaluator_(policy::compile(policy)) {}

  void take(const RequestRecord& record) {
    if (!record.run) return;
    const audit::Attributes attributes = record.run->attributes();
    const audit::Decision before = record.run->policy->evaluator->evaluate(attributes);
    const audit::Decision after = evaluator_->evaluate(attributes);
    ++requests_;
    const Timestamp at = record.run->received;
    if (requests_ == 1 || at.seconds < first_.seconds) first_ = at;
    bytes_before_ += bytes_under(record, before).value_or(0);
    if (const auto bytes = bytes_under(record, after)) {
      bytes_after_ += *bytes;
    } else {
      ++unknown_;
    }
    if (before.level == after.level && before.omit_stages == after.omit_stages) return;
    if (++changes_ > kMaxShownChanges) return;
    if (!changed_.empty()) changed_ += ',';
    JsonWriter writer(changed_);
    ObjectWriter change(writer);
    std::string row;
    append_row(row, record);
    change.member(R"("request":)").raw(row);
    append_decision(change.member(R"("before":)"), before, record.run->policy->policy);
    append_decision(change.member(R"("after":)"), after, policy_);
  }

  void append_to(ObjectWriter& object) const {
    const double seconds =
        requests_ == 0 ? 0 : static_cast<double>(Timestamp::now().seconds - first_.seconds);
    object.member(R"("requests":)").integer(static_cast<std::int64_t>(requests_));
    object.member(R"("seconds":)").number(seconds);
    object.member(R"("changed":)").integer(static_cast<std::int64_t>(changes_));
    append_volume(object.member(R"("before":)"), bytes_before_, seconds);
    append_volume(object.member(R"("after":)"), bytes_after_, seconds);
    object.member(R"("withoutBodies":)").integer(static_cast<std::int64_t>(unknown_));
    object.member(R"("changes":)").raw("[" + changed_ + "]");
  }

 private:
  static void append_decision(JsonWriter& writer, const audit::Decision& decision,
                              const policy::Policy& policy) {
    ObjectWriter object(writer);
    object.text(R"("level":)", audit::to_string(decision.level));
    object.member(R"("rule":)").integer(decision.rule);
    if (decision.rule != audit::Decision::kNoRule) {
      object.member(R"("line":)")
          .integer(policy.rules[static_cast<std::size_t>(decision.rule)].position.line);
    }
  }

  static void append_volume(JsonWriter& writer, std::size_t bytes, double seconds) {
    ObjectWriter object(writer);
    object.member(R"("bytes":)").integer(static_cast<std::int64_t>(bytes));
    if (seconds >= kMinSeconds) {
      object.member(R"("bytesADay":)").number(static_cast<double>(bytes) * kSecondsADay / seconds);
    }
  }

  const policy::Policy& policy_;
  const std::shared_ptr<const audit::Evaluator> evaluator_;
  std::size_t requests_ = 0;
  std::size_t changes_ = 0;
  std::size_t unknown_ = 0;
  std::size_t bytes_before_ = 0;
  std::size_t bytes_after_ = 0;
  Timestamp first_{};
  std::string changed_;
};

}  // namespace

void append_assessment(std::string& out, std::string_view text, const Ring& ring) {
  const policy::lint::CheckReport report = policy::lint::check(text);
  const policy::LoadReport loaded = policy::read_policy(text, "policy.yaml");
  JsonWriter writer(out);
  ObjectWriter object(writer);
  if (loaded.policy) {
    object.member(R"("loads":)").literal("true");
    object.member(R"("rules":)").integer(static_cast<std::int64_t>(loaded.policy->rules.size()));
  } else {
    object.member(R"("loads":)").literal("false");
    object.text(R"("refusal":)", loaded.refusal);
  }
  append_findings(object.member(R"("findings":)"), report);
  if (!loaded.policy) return;
  Comparison comparison(*loaded.policy);
  // Copies, so that the recorder is not held up for as long as it takes.
  std::vector<RequestRecord> records;
  ring.visit_changed(0, [&](const RequestRecord& record) { records.push_back(record); });
  for (const RequestRecord& record : records) comparison.take(record);
  comparison.append_to(object);
}

}  // namespace kaudit::apiserver::explorer
