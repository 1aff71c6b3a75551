// What makes Pods: workloads, Jobs, templates.
#include "apiserver/objects/validate/warnings/workload_warnings.hpp"

#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/name_rules.hpp"
#include "base/text/list.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kTemplate = "spec.template";
constexpr std::string_view kJobSpec = "spec";
constexpr std::string_view kCronJobSpec = "spec.jobTemplate.spec";

const Json* spec_of(const Json& object) { return member(&object, "spec"); }

const Json* annotations_of(const Json& object) {
  return member(&object, {"metadata", "annotations"});
}

// Names of Pods begin with the name, and theirs are labels.
void warn_of_name(const Json& object, std::string_view use, WarningList& warnings) {
  const auto errors = name_errors(NameRule::DnsLabel, text(member(&object, "metadata"), "name"));
  if (errors.empty()) return;
  warnings.add("metadata.name: this is used in " + std::string(use) +
               ", which can result in surprising behavior; a DNS label is recommended: [" +
               joined(errors, " ") + "]");
}

void warn_of_pod_names(const Json& object, WarningList& warnings) {
  warn_of_name(object, "Pod names and hostnames", warnings);
}

void warn_of_template(std::string_view path, const Json* pod_template, WarningList& warnings) {
  if (pod_template == nullptr) return;
  warn_of_pod(FieldPath(path), *pod_template, PodWarnings::OfTemplate, warnings);
}

void warn_of_own_template(const Json& object, WarningList& warnings) {
  warn_of_template(kTemplate, member(spec_of(object), "template"), warnings);
}

void warn_of_job_spec(std::string_view path, const Json* spec, WarningList& warnings) {
  constexpr std::int64_t kManyCompletions = 100'000;
  constexpr std::int64_t kManyAtOnce = 10'000;
  const FieldPath spec_path(path);
  if (text(spec, "completionMode") == "Indexed" &&
      number_or_zero(spec, "completions") > kManyCompletions &&
      number_or_zero(spec, "parallelism") > kManyAtOnce) {
    warnings.add(spec_path,
                 "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism "
                 "higher than 10^4, Kubernetes might not be able to track completedIndexes when a "
                 "big number of indexes fail");
  }
  warn_of_template(spec_path.child("template").text(), member(spec, "template"), warnings);
}

const Json* cron_job_spec(const Json& object) {
  return member(spec_of(object), {"jobTemplate", "spec"});
}

// Below an element of the list; in a change Kubernetes writes that member's name as in Go.
void warn_of_claim_templates(const Json& set, std::string_view spec_name, WarningList& warnings) {
  const FieldPath list("spec.volumeClaimTemplates");
  std::size_t index = 0;
  for (const Json& claim : items(spec_of(set), "volumeClaimTemplates")) {
    const FieldPath at = list.at(index++);
    if (spec_name.empty()) {
      warn_of_claim_spec(at, member(&claim, "spec"), warnings);
    } else {
      warn_of_claim_spec(at.child(spec_name), member(&claim, "spec"), warnings);
    }
  }
}

void warn_of_history(const Json& set, WarningList& warnings) {
  if (number_or_zero(spec_of(set), "revisionHistoryLimit") >= 0) return;
  warnings.add(
      "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 "
      "is recommended");
}

}  // namespace

void warn_of_new_pod(const Json& pod, WarningList& warnings) {
  warn_of_name(pod, "the Pod's hostname", warnings);
  warn_of_pod(FieldPath(""), pod, PodWarnings::OfPod, warnings);
}

void warn_of_new_workload(const Json& workload, WarningList& warnings) {
  warn_of_pod_names(workload, warnings);
  warn_of_own_template(workload, warnings);
}

void warn_of_new_daemon_set(const Json& set, WarningList& warnings) {
  warn_of_own_template(set, warnings);
}

void warn_of_workload_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(spec_of(before), spec_of(after))) warn_of_own_template(after, warnings);
}

void warn_of_deployment_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(spec_of(before), spec_of(after)) ||
      !same(annotations_of(before), annotations_of(after))) {
    warn_of_own_template(after, warnings);
  }
}

void warn_of_daemon_set_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(member(spec_of(before), "template"), member(spec_of(after), "template"))) {
    warn_of_own_template(after, warnings);
  }
}

// The old template is what Kubernetes looks at.
void warn_of_replication_controller_change(const Json& before, const Json& after,
                                           WarningList& warnings) {
  if (!same(spec_of(before), spec_of(after))) warn_of_own_template(before, warnings);
}

void warn_of_new_stateful_set(const Json& set, WarningList& warnings) {
  warn_of_own_template(set, warnings);
  warn_of_claim_templates(set, "", warnings);
  warn_of_history(set, warnings);
}

void warn_of_stateful_set_change(const Json& before, const Json& after, WarningList& warnings) {
  warn_of_workload_change(before, after, warnings);
  warn_of_claim_templates(after, "Spec", warnings);
  warn_of_history(after, warnings);
}

void warn_of_new_job(const Json& job, WarningList& warnings) {
  warn_of_pod_names(job, warnings);
  warn_of_job_spec(kJobSpec, spec_of(job), warnings);
}

void warn_of_job_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(spec_of(before), spec_of(after))) warn_of_job_spec(kJobSpec, spec_of(after), warnings);
}

void warn_of_new_cron_job(const Json& job, WarningList& warnings) {
  warn_of_pod_names(job, warnings);
  warn_of_job_spec(kCronJobSpec, cron_job_spec(job), warnings);
}

void warn_of_cron_job_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(spec_of(before), spec_of(after))) {
    warn_of_job_spec(kCronJobSpec, cron_job_spec(after), warnings);
  }
  if (text(spec_of(after), "schedule").find("TZ") != std::string_view::npos) {
    warnings.add(
        "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see "
        "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
  }
}

void warn_of_new_pod_template(const Json& pod_template, WarningList& warnings) {
  warn_of_template("template", member(&pod_template, "template"), warnings);
}

void warn_of_pod_template_change(const Json& before, const Json& after, WarningList& warnings) {
  if (!same(member(&before, "template"), member(&after, "template"))) {
    warn_of_new_pod_template(after, warnings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
