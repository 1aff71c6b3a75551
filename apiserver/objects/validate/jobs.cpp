#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "apiserver/objects/validate/cron_schedule.hpp"
#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/pods/pod_spec.hpp"
#include "apiserver/objects/validate/words/label_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/ascii.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

const Json kEmpty{Json::Object()};
constexpr std::size_t kMostZone = 14;
constexpr std::size_t kMostCronName = 52;

void check_has_label(const FieldPath& path, const Json* metadata, std::string_view key,
                     std::string_view expected, Findings& findings) {
  const FieldPath labels = path.child("labels");
  const Json* value = member(metadata, {"labels", key});
  if (value == nullptr) {
    findings.required(labels.key(key), "must be '" + std::string(expected) + "'");
  } else if (text_of(*value) != expected) {
    const Json* all = member(metadata, "labels");
    findings.invalid(labels.key(key), Shown(all), "must be '" + std::string(expected) + "'");
  }
}

// What the server gives a Job that does not choose its selector itself.
void check_generated_selector(const Json& job, Findings& findings) {
  const Json* spec = member(&job, "spec");
  const Json* selector = member(spec, "selector");
  if (is_true(spec, "manualSelector") || selector == nullptr) return;
  const std::string_view uid = text(member(&job, "metadata"), "uid");
  const std::string_view name = text(member(&job, "metadata"), "name");
  const FieldPath path("spec.template.metadata");
  const Json* metadata = member(spec, {"template", "metadata"});
  check_has_label(path, metadata, "controller-uid", uid, findings);
  check_has_label(path, metadata, "job-name", name, findings);
  check_has_label(path, metadata, "batch.kubernetes.io/controller-uid", uid, findings);
  check_has_label(path, metadata, "batch.kubernetes.io/job-name", name, findings);
  Json expected{Json::Object()};
  for (const std::string_view key : {"controller-uid", "batch.kubernetes.io/controller-uid"}) {
    expected.set(key, Json(uid));
  }
  for (const std::string_view key : {"job-name", "batch.kubernetes.io/job-name"}) {
    expected.set(key, Json(name));
  }
  if (match_labels(selector, &expected) == SelectorMatch::DoesNotMatch) {
    findings.invalid(FieldPath("spec.selector"), selector, "`selector` not auto-generated");
  }
}

void check_completion_mode(const FieldPath& path, const Json* spec, Findings& findings) {
  constexpr std::string_view kModes[] = {"NonIndexed", "Indexed"};
  constexpr std::int64_t kMostParallel = 100'000;
  const Json* mode = member(spec, "completionMode");
  const bool indexed = mode != nullptr && text_of(*mode) == "Indexed";
  if (mode != nullptr) {
    check_one_of(path.child("completionMode"), text_of(*mode), kModes, findings);
  }
  if (indexed) {
    if (member(spec, "completions") == nullptr) {
      findings.required(path.child("completions"), "when completion mode is Indexed");
    }
    const auto parallelism = number(spec, "parallelism");
    if (parallelism && *parallelism > kMostParallel) {
      findings.invalid(path.child("parallelism"), *parallelism,
                       "must be less than or equal to 100000 when completion mode is Indexed");
    }
    const auto failed = number(spec, "maxFailedIndexes");
    const auto completions = number(spec, "completions");
    if (failed && completions && *failed > *completions) {
      findings.invalid(path.child("maxFailedIndexes"), *failed,
                       "must be less than or equal to completions");
    }
  } else if (mode == nullptr || text_of(*mode) == "NonIndexed") {
    for (const std::string_view name : {"backoffLimitPerIndex", "maxFailedIndexes"}) {
      if (const auto value = number(spec, name)) {
        findings.invalid(path.child(name), *value, "requires indexed completion mode");
      }
    }
  }
}

// What holds for a Job's spec and for that of a template.
void check_job_spec(const FieldPath& path, const Json* spec, Findings& findings) {
  constexpr std::string_view kRestart[] = {"OnFailure", "Never"};
  for (const std::string_view name :
       {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
        "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"}) {
    check_not_negative(path, spec, name, findings);
  }
  if (member(spec, "maxFailedIndexes") != nullptr &&
      member(spec, "backoffLimitPerIndex") == nullptr) {
    findings.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
  }
  check_completion_mode(path, spec, findings);
  const Json* given = member(spec, "template");
  const Json& pod_template = given != nullptr && given->object() ? *given : kEmpty;
  const FieldPath at = path.child("template");
  check_pod_template(at, pod_template, findings);
  const FieldPath restart_path = at.child("spec.restartPolicy");
  const std::string_view restart = text(member(&pod_template, "spec"), "restartPolicy");
  if (restart.empty() || restart == "Always") {
    findings.required(restart_path, "valid values: \"OnFailure\", \"Never\"");
  } else {
    check_one_of(restart_path, restart, kRestart, findings);
  }
}

void check_zone(const FieldPath& path, const Json* zone, Findings& findings) {
  if (zone == nullptr) return;
  const std::string_view name = text_of(*zone);
  if (name.empty()) return findings.invalid(path, name, "timeZone must be nil or non-empty string");
  for (const std::string_view part : split(name, '/')) {
    const bool known_characters = std::all_of(part.begin(), part.end(), [](char c) {
      return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || c == '+';
    });
    if (part == "." || part == ".." || part.starts_with('-') || part.empty() ||
        part.size() > kMostZone || !known_characters) {
      return findings.invalid(path, name, "unknown time zone " + std::string(name));
    }
  }
  if (lower_case(name) == "local") {
    findings.invalid(path, name,
                     "timeZone must be an explicit time zone as defined in "
                     "https://www.iana.org/time-zones");
  }
}

// An indexed Job may be scaled, both of its numbers together.
void check_completions_change(const FieldPath& path, const Json* before, const Json* after,
                              Findings& findings) {
  const FieldPath at = path.child("completions");
  const Json* completions = member(after, "completions");
  if (text(after, "completionMode") != "Indexed") {
    check_immutable(at, member(before, "completions"), completions, findings);
  } else if (completions != nullptr && !same(member(before, "completions"), completions) &&
             !same(completions, member(after, "parallelism"))) {
    findings.invalid(at, completions, "can only be modified in tandem with spec.parallelism");
  }
}

// The template of a Job that is not suspended is what its Pods were made from. Where they may go
// can still change before it first ran.
bool template_changed(const Json* before, const Json* after) {
  return !same(member(before, "template"), member(after, "template"));
}

}  // namespace

void check_job(const Json& job, Findings& findings) {
  const FieldPath path("spec");
  const Json* spec = member(&job, "spec");
  check_generated_selector(job, findings);
  check_job_spec(path, spec, findings);
  const Json* selector = member(spec, "selector");
  if (selector == nullptr) {
    findings.required(path.child("selector"));
  } else {
    check_label_selector(path.child("selector"), selector, findings);
  }
  const Json* labels = member(spec, {"template", "metadata", "labels"});
  const SelectorMatch match =
      selector == nullptr ? SelectorMatch::DoesNotMatch : match_labels(selector, labels);
  if (match == SelectorMatch::DoesNotMatch) {
    findings.invalid(path.child("template.metadata.labels"), labels,
                     "`selector` does not match template `labels`");
  }
}

void check_job_change(const Json& before, const Json& after, Findings& findings) {
  const FieldPath path("spec");
  const Json* old = member(&before, "spec");
  const Json* spec = member(&after, "spec");
  check_completions_change(path, old, spec, findings);
  check_immutable(path.child("selector"), member(old, "selector"), member(spec, "selector"),
                  findings);
  const bool suspended = is_true(old, "suspend");
  if (!suspended && template_changed(old, spec)) {
    findings.invalid(path.child("template"), member(spec, "template"), kImmutable);
  }
  for (const std::string_view name : {"completionMode", "podFailurePolicy", "backoffLimitPerIndex",
                                      "managedBy", "successPolicy"}) {
    check_immutable(path.child(name), member(old, name), member(spec, name), findings);
  }
}

void check_cron_job(const Json& cron_job, Findings& findings) {
  constexpr std::string_view kConcurrency[] = {"Allow", "Forbid", "Replace"};
  const FieldPath path("spec");
  const Json* spec = member(&cron_job, "spec");
  const std::string_view schedule = text(spec, "schedule");
  const FieldPath at = path.child("schedule");
  if (schedule.empty()) {
    findings.declared_required(at);
  } else {
    if (const auto good = read_cron_schedule(schedule); !good) {
      findings.invalid(at, schedule, good.error().message);
    }
    if (schedule.find("TZ") != std::string_view::npos) {
      findings.invalid(at, schedule,
                       "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
    }
  }
  check_not_negative(path, spec, "startingDeadlineSeconds", findings);
  check_zone(path.child("timeZone"), member(spec, "timeZone"), findings);
  check_required_one_of(path.child("concurrencyPolicy"), text(spec, "concurrencyPolicy"),
                        kConcurrency, findings);
  const FieldPath job_path = path.child("jobTemplate");
  const FieldPath job_spec_path = job_path.child("spec");
  const Json* job_spec = member(spec, {"jobTemplate", "spec"});
  check_job_spec(job_spec_path, job_spec, findings);
  if (const Json* selector = member(job_spec, "selector")) {
    findings.invalid(job_spec_path.child("selector"), selector,
                     "`selector` will be auto-generated");
  }
  if (is_true(job_spec, "manualSelector")) {
    constexpr std::string_view kSupported[] = {"nil", "false"};
    findings.not_supported(job_spec_path.child("manualSelector"), Json(true), kSupported);
  }
  for (const std::string_view name : {"successfulJobsHistoryLimit", "failedJobsHistoryLimit"}) {
    check_not_negative(path, spec, name, findings);
  }
}

void check_cron_job_create(const Json& cron_job, Findings& findings) {
  const std::string_view name = text(member(&cron_job, "metadata"), "name");
  if (name.size() > kMostCronName) {
    findings.invalid(FieldPath("metadata.name"), name, "must be no more than 52 characters");
  }
}

}  // namespace kaudit::apiserver::objects::validate
