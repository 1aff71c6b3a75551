#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apiserver/objects/validate/kinds_rules.hpp"
#include "apiserver/objects/validate/words/members.hpp"
#include "apiserver/objects/validate/words/text_rules.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::objects::validate {
namespace {

constexpr std::string_view kUsages[] = {"any",
                                        "cert sign",
                                        "client auth",
                                        "code signing",
                                        "content commitment",
                                        "crl sign",
                                        "data encipherment",
                                        "decipher only",
                                        "digital signature",
                                        "email protection",
                                        "encipher only",
                                        "ipsec end system",
                                        "ipsec tunnel",
                                        "ipsec user",
                                        "key agreement",
                                        "key encipherment",
                                        "microsoft sgc",
                                        "netscape sgc",
                                        "ocsp signing",
                                        "s/mime",
                                        "server auth",
                                        "signing",
                                        "timestamping"};

std::vector<const Json*> conditions_of(const Json& request, std::string_view type) {
  std::vector<const Json*> found;
  for (const Json& each : items(member(&request, "status"), "conditions")) {
    if (text(&each, "type") == type) found.push_back(&each);
  }
  return found;
}

void check_conditions(const Json& request, Findings& findings) {
  constexpr std::string_view kAny[] = {"False", "True", "Unknown"};
  constexpr std::string_view kTrue[] = {"True"};
  const FieldPath path("status.conditions");
  NameSet types;
  std::size_t index = 0;
  for (const Json& condition : items(member(&request, "status"), "conditions")) {
    const FieldPath at = path.at(index++);
    const std::string_view type = text(&condition, "type");
    const std::string_view status = text(&condition, "status");
    const bool is_verdict = type == "Approved" || type == "Denied";
    if (type.empty()) findings.required(at.child("type"));
    if (is_verdict || type == "Failed") {
      check_required_one_of(at.child("status"), status, kTrue, findings);
    } else {
      check_required_one_of(at.child("status"), status, kAny, findings);
    }
    if (is_verdict && types.contains(type == "Approved" ? "Denied" : "Approved")) {
      findings.invalid(path, type, "Approved and Denied conditions are mutually exclusive");
    }
    if (!types.insert(type).second) findings.duplicate(at.child("type"), type);
  }
}

void check_none_removed(const Json& before, const Json& after, Findings& findings) {
  for (const std::string_view type : {"Approved", "Denied", "Failed"}) {
    if (conditions_of(after, type).size() < conditions_of(before, type).size()) {
      findings.forbidden(FieldPath("status.conditions"),
                         "updates may not remove a condition of type " + go_quoted(type));
    }
  }
}

void check_verdicts_stay(const Json& before, const Json& after, Findings& findings) {
  for (const std::string_view type : {"Approved", "Denied"}) {
    const auto old = conditions_of(before, type);
    const auto now = conditions_of(after, type);
    if (now.size() > old.size()) {
      findings.forbidden(FieldPath("status.conditions"),
                         "updates may not add a condition of type " + go_quoted(type));
    } else if (now.size() == old.size() && !now.empty() && *now[0] != *old[0]) {
      findings.forbidden(FieldPath("status.conditions"),
                         "updates may not modify a condition of type " + go_quoted(type) + "\n");
    }
  }
}

}  // namespace

void check_certificate_request(const Json& request, Findings& findings) {
  constexpr std::int64_t kLeastSeconds = 600;
  const FieldPath path("spec");
  const Json* spec = member(&request, "spec");
  const FieldPath usages = path.child("usages");
  if (items(spec, "usages").empty()) findings.required(usages);
  NameSet seen;
  std::size_t index = 0;
  for (const Json& usage : items(spec, "usages")) {
    const FieldPath at = usages.at(index++);
    check_one_of(at, text_of(usage), kUsages, findings);
    if (!seen.insert(text_of(usage)).second) findings.duplicate(at, text_of(usage));
  }
  const std::string_view signer = text(spec, "signerName");
  const FieldPath signer_path = path.child("signerName");
  if (signer == "kubernetes.io/legacy-unknown") {
    findings.invalid(signer_path, signer,
                     "the legacy signerName is not allowed via this API version");
  } else if (signer.empty()) {
    findings.required(signer_path);
  } else if (signer.find('/') == std::string_view::npos) {
    findings.invalid(signer_path, signer,
                     "must be a fully qualified domain and path of the form "
                     "\"example.com/signer-name\"");
  }
  const auto seconds = number(spec, "expirationSeconds");
  if (seconds && *seconds < kLeastSeconds) {
    findings.invalid(path.child("expirationSeconds"), *seconds,
                     "may not specify a duration less than 600 seconds (10 minutes)");
  }
  check_conditions(request, findings);
}

void check_certificate_request_change(const Json& before, const Json& after, Findings& findings) {
  check_none_removed(before, after, findings);
}

void check_approval(const Json& before, const Json& after, Findings& findings) {
  check_conditions(after, findings);
  check_none_removed(before, after, findings);
}

void check_issued_certificate(const Json& before, const Json& after, Findings& findings) {
  check_conditions(after, findings);
  check_none_removed(before, after, findings);
  check_verdicts_stay(before, after, findings);
  const Json* old = member(&before, {"status", "certificate"});
  if (old != nullptr && !same(old, member(&after, {"status", "certificate"}))) {
    findings.forbidden(FieldPath("status.certificate"),
                       "updates may not modify existing certificate content");
  }
}

}  // namespace kaudit::apiserver::objects::validate
