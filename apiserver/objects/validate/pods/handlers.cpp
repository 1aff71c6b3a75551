#include "apiserver/objects/validate/pods/handlers.hpp"

#include <string>
#include <string_view>

#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kSchemes[] = {"HTTP", "HTTPS"};

void check_exec(const FieldPath& path, const Json& exec, Findings& findings) {
  if (items(&exec, "command").empty()) findings.required(path.child("command"));
}

void check_http_get(const FieldPath& path, const Json& http, Findings& findings) {
  if (text(&http, "path").empty()) findings.required(path.child("path"));
  check_port(path.child("port"), member(&http, "port"), findings);
  check_one_of(path.child("scheme"), text(&http, "scheme"), kSchemes, findings);
  for (const Json& header : items(&http, "httpHeaders")) {
    const std::string_view name = text(&header, "name");
    findings.invalid(path.child("httpHeaders"), name, header_name_errors(name));
  }
}

void check_sleep(const FieldPath& path, const Json& sleep, std::optional<std::int64_t> grace,
                 Findings& findings) {
  const std::int64_t seconds = number_or_zero(&sleep, "seconds");
  if (!grace || (seconds >= 0 && seconds <= *grace)) return;
  findings.invalid(path, seconds,
                   "must be non-negative and less than terminationGracePeriodSeconds (" +
                       std::to_string(*grace) + ")");
}

void check_handler(const FieldPath& path, const Json& handler, std::optional<std::int64_t> grace,
                   Findings& findings) {
  static constexpr MemberName kActions[] = {"exec", "httpGet", "tcpSocket", "grpc", "sleep"};
  bool found = false;
  for (const MemberName& name : kActions) {
    const Json* action = member(&handler, name);
    if (action == nullptr) continue;
    const std::string_view kind = name.text();
    const FieldPath at = path.child(kind);
    if (found) {
      findings.forbidden(at, "may not specify more than 1 handler type");
      continue;
    }
    found = true;
    if (kind == "exec") check_exec(at, *action, findings);
    if (kind == "httpGet") check_http_get(at, *action, findings);
    if (kind == "sleep") check_sleep(at, *action, grace, findings);
    if (kind == "tcpSocket" || kind == "grpc") {
      check_port(at.child("port"), member(action, "port"), findings);
    }
  }
  if (!found) findings.required(path, "must specify a handler type");
}

// Liveness and startup probes count a success once; only readiness may wait for more.
void check_probe(const FieldPath& container_path, const Json& container, const MemberName& name,
                 std::optional<std::int64_t> grace, Findings& findings) {
  const Json* probe = member(&container, name);
  if (probe == nullptr) return;
  static constexpr MemberName kCounts[] = {"initialDelaySeconds", "timeoutSeconds", "periodSeconds",
                                           "successThreshold", "failureThreshold"};
  const FieldPath path = container_path.child(name.text());
  check_handler(path, *probe, grace, findings);
  for (const MemberName& count : kCounts) {
    check_not_negative(path, probe, count, findings);
  }
  const auto own_grace = number(probe, "terminationGracePeriodSeconds");
  if (own_grace && *own_grace <= 0) {
    findings.invalid(path.child("terminationGracePeriodSeconds"), *own_grace,
                     "must be greater than 0");
  }
  if (name.text() == "readinessProbe") {
    if (own_grace) {
      findings.invalid(path.child("terminationGracePeriodSeconds"), *own_grace,
                       "must not be set for readinessProbes");
    }
  } else if (const std::int64_t threshold = number_or_zero(probe, "successThreshold");
             threshold != 1) {
    findings.invalid(path.child("successThreshold"), threshold, "must be 1");
  }
}

}  // namespace

void check_lifecycle(const FieldPath& path, const Json* lifecycle,
                     std::optional<std::int64_t> grace, PodOs os, Findings& findings) {
  if (lifecycle == nullptr) return;
  for (const std::string_view hook : {"postStart", "preStop"}) {
    if (const Json* handler = member(lifecycle, hook)) {
      check_handler(path.child(hook), *handler, grace, findings);
    }
  }
  if (os == PodOs::Unsaid && member(lifecycle, "stopSignal") != nullptr) {
    findings.forbidden(path.child("stopSignal"),
                       "may not be set for containers with empty `spec.os.name`");
  }
}

void check_probes(const FieldPath& container_path, const Json& container,
                  std::optional<std::int64_t> grace, Findings& findings) {
  static constexpr MemberName kProbes[] = {"livenessProbe", "readinessProbe", "startupProbe"};
  for (const MemberName& name : kProbes) {
    check_probe(container_path, container, name, grace, findings);
  }
}

}  // namespace kaudit::apiserver::objects::validate
