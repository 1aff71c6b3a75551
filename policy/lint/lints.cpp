#include "policy/lint/lints.hpp"

#include <algorithm>
#include <array>

namespace kaudit::policy::lint {
namespace {

using enum Code;

constexpr auto kInfo = Severity::Info;
constexpr auto kWarning = Severity::Warning;
constexpr auto kError = Severity::Error;

constexpr std::array kLints{
    Lint{Malformed, "KA001", kError, "malformed",
         "The file is not YAML or JSON as Kubernetes reads it; a server does not start."},
    Lint{
        WrongApiVersion, "KA002", kError, "wrong-api-version",
        "apiVersion or kind is missing, retired or not that of a Policy; a server does not start."},
    Lint{WrongType, "KA003", kError, "wrong-type",
         "A field holds a value of the wrong type (a text for a list); a server does not start."},
    Lint{NoRules, "KA004", kError, "no-rules", "The policy has no rules; a server does not start."},
    Lint{BadLevel, "KA005", kError, "bad-level",
         "A rule's level is missing or does not exist; a server does not start."},
    Lint{BadStage, "KA006", kError, "bad-stage",
         "omitStages names a stage that does not exist; a server does not start."},
    Lint{BadGroup, "KA007", kError, "bad-group",
         "An API group is written with its version or in capitals; a server does not start."},
    Lint{BadUrl, "KA008", kError, "bad-url",
         "A nonResourceURL lacks its first / or has a * inside; a server does not start."},
    Lint{PathsAndResources, "KA009", kError, "paths-and-resources",
         "A rule has nonResourceURLs beside resources or namespaces; a server does not start."},
    Lint{NamesWithoutResources, "KA010", kError, "names-without-resources",
         "resourceNames comes without resources; a server does not start."},
    Lint{TooLarge, "KA011", kError, "too-large",
         "The file is larger than any policy; it was not read to its end."},

    Lint{MisspeltField, "KA101", kError, "misspelt-field",
         "A field's name does not exist; the server drops it, which widens the rule."},
    Lint{MisplacedField, "KA102", kError, "misplaced-field",
         "A field is at the wrong level; the server drops it, which widens the rule."},
    Lint{InventedField, "KA103", kError, "invented-field",
         "A field asks for what no policy can ask for; the server drops it."},
    Lint{DuplicateKey, "KA104", kWarning, "duplicate-key",
         "A key comes twice; the last one counts and the others are dropped."},
    Lint{SecondDocument, "KA105", kWarning, "second-document",
         "Only the first YAML document of a file counts; the others are dropped without a word."},
    Lint{EmptyCondition, "KA106", kWarning, "empty-condition",
         "An empty list asks for nothing: the rule applies to all, not to none."},
    Lint{UnusedIgnore, "KA107", kInfo, "unused-ignore",
         "A kaudit:ignore comment silences nothing, or names a code that does not exist."},

    Lint{UnreachableRule, "KA201", kWarning, "unreachable-rule",
         "Earlier rules take every request that the rule could match."},
    Lint{NoSuchGroup, "KA202", kError, "no-such-group",
         "An API group does not exist, such as core for \"\"; it never matches."},
    Lint{KindForResource, "KA203", kError, "kind-for-resource",
         "A kind, singular or short name is used for a resource; it never matches."},
    Lint{UnknownResource, "KA204", kWarning, "unknown-resource",
         "A built-in group has no such resource or subresource; it never matches."},
    Lint{WrongGroup, "KA205", kError, "wrong-group",
         "A built-in resource is listed under a group that is not its own; it never matches."},
    Lint{DeadWildcard, "KA206", kError, "dead-wildcard",
         "A * is used where wildcards are not read; it never matches."},
    Lint{UnknownVerb, "KA207", kError, "unknown-verb",
         "No request that the rule is about has this verb; it never matches."},
    Lint{NamelessVerb, "KA208", kWarning, "nameless-verb",
         "resourceNames together with a verb whose requests carry no name; it never matches."},
    Lint{RetiredApi, "KA209", kInfo, "retired-api",
         "An API group or resource that Kubernetes has removed; it never matches."},
    Lint{DeadIdentity, "KA210", kInfo, "dead-identity",
         "A user that no longer exists in Kubernetes; it never matches."},
    Lint{WrongIdentityList, "KA211", kError, "wrong-identity-list",
         "A group is listed in users, or a user in userGroups; it never matches."},
    Lint{StrayCharacters, "KA212", kError, "stray-characters",
         "A value is empty or holds quotes, blanks or commas that no request has."},
    Lint{DeadUrl, "KA213", kWarning, "dead-url",
         "A nonResourceURL holds a query or is the path of a resource; it never matches."},
    Lint{NamespaceOfClusterScoped, "KA214", kWarning, "namespace-of-cluster-scoped",
         "namespaces together with a resource that lives in no namespace; it never matches."},
    Lint{GroupWildcard, "KA215", kInfo, "group-wildcard",
         "group \"*\" matches nothing on servers before 2026."},

    Lint{RecordsNothing, "KA301", kWarning, "records-nothing",
         "None of the typical requests leaves an event."},
    Lint{NoCatchAll, "KA302", kWarning, "no-catch-all",
         "Requests that match no rule are not recorded, without a word."},
    Lint{FailedLogins, "KA303", kWarning, "failed-logins-unrecorded",
         "Failed logins (401) leave no event."},
    Lint{ExecUnrecorded, "KA304", kWarning, "exec-unrecorded",
         "exec, attach, port-forward or proxying leaves no event (CIS 3.2.2)."},
    Lint{ExecByGetLower, "KA305", kInfo, "exec-by-get-lower",
         "exec, attach or port-forward by GET, as clients do it today, is recorded lower than by "
         "POST."},
    Lint{SecretReads, "KA306", kWarning, "secret-reads-unrecorded",
         "Reading Secrets leaves no event (CIS 3.2.2)."},
    Lint{WorkloadChanges, "KA307", kWarning, "workload-changes-unrecorded",
         "Changes of pods and deployments leave no event (CIS 3.2.2)."},
    Lint{PrivilegeChanges, "KA308", kWarning, "privilege-changes-unrecorded",
         "Changes of roles, bindings, webhooks, namespaces or nodes leave no event."},
    Lint{
        RequestReceivedOmitted, "KA309", kInfo, "request-received-omitted",
        "Without RequestReceived a request that hangs, or that a server dies of, leaves no event."},
    Lint{StrictWithoutRequestReceived, "KA310", kError, "strict-without-request-received",
         "blocking-strict acts at RequestReceived only; omitting that stage switches it off."},
    Lint{AllStagesOmitted, "KA311", kWarning, "all-stages-omitted",
         "A rule has a level but omits every stage: it records nothing."},
    Lint{OutcomeOmitted, "KA312", kWarning, "outcome-omitted",
         "Without ResponseComplete neither the outcome of a request nor any body is recorded."},
    Lint{ComponentActs, "KA313", kWarning, "component-unrecorded",
         "What somebody does with the stolen identity of a component leaves no event."},

    Lint{SecretBodies, "KA401", kError, "secret-bodies",
         "The bodies of Secrets are written to the audit log."},
    Lint{TokenBodies, "KA402", kError, "token-bodies", "Live tokens are written to the audit log."},
    Lint{ConfigMapBodies, "KA403", kWarning, "configmap-bodies",
         "The bodies of ConfigMaps are written to the audit log (CIS 3.2.2)."},
    Lint{CertificateBodies, "KA404", kInfo, "certificate-bodies",
         "The bodies of certificate signing requests are written to the audit log."},
    Lint{HealthNoise, "KA405", kInfo, "health-noise", "Health checks and scrapes are recorded."},
    Lint{LeaseNoise, "KA406", kInfo, "lease-noise",
         "Heartbeats and leader elections are recorded."},
    Lint{
        EventNoise, "KA407", kInfo, "event-noise",
        "Events are dropped under one of their groups (core, events.k8s.io) and recorded under the "
        "other."},
    Lint{EndpointSliceNoise, "KA408", kInfo, "endpointslice-noise",
         "endpoints are dropped, but not endpointslices, which took their place."},
    Lint{ControllerNoise, "KA409", kInfo, "controller-noise",
         "The cluster's own polling is recorded."},
    Lint{RepeatedSetting, "KA410", kInfo, "repeated-setting",
         "A rule repeats what the policy says for all rules."},
    Lint{HugeAnswers, "KA411", kInfo, "huge-answers",
         "The namespace controller's deletions are recorded with lists of all they deleted."},
    Lint{ExtensionBodies, "KA412", kWarning, "extension-secret-bodies",
         "Bodies of OpenShift's tokens and routes, or of custom resources with passwords, are "
         "written to the audit log."},
};
static_assert(std::ranges::is_sorted(kLints, {}, &Lint::code));

}  // namespace

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "";
}

std::span<const Lint> lints() noexcept { return kLints; }

const Lint& lint_of(Code code) noexcept {
  return *std::ranges::lower_bound(kLints, code, {}, &Lint::code);
}

const Lint* find_lint(std::string_view id) noexcept {
  const auto found = std::ranges::find(kLints, id, &Lint::id);
  return found == kLints.end() ? nullptr : &*found;
}

}  // namespace kaudit::policy::lint
