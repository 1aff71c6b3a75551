#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "base/text/ascii.hpp"
#include "base/text/spelling.hpp"
#include "base/yaml/reader.hpp"
#include "policy/decode.hpp"
#include "policy/kind.hpp"
#include "policy/lint/checks/passes.hpp"
#include "policy/lint/checks/syntax_advice.hpp"
#include "policy/lint/fixes/list_fix.hpp"
#include "policy/lint/source_lines.hpp"
#include "policy/lint/text.hpp"
#include "policy/locate.hpp"
#include "policy/validate.hpp"

namespace kaudit::policy::lint {
namespace {

constexpr std::string_view kDecoding = "failed decoding: ";
constexpr std::string_view kWanted = "audit.k8s.io/v1";
constexpr const char* kNoStart = ": with this file a server does not start";

std::string_view without(std::string_view text, std::string_view prefix) noexcept {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return text;
}

/// What a reader of YAML or JSON complains about, without the place, which a finding has anyway.
std::string syntax_reason(std::string_view message) {
  message = without(message, kDecoding);
  message = without(message, "couldn't get version/kind; json parse error: ");
  message = without(message, "yaml: ");
  constexpr std::string_view kLine = "line ";
  const std::size_t colon = message.find(": ");
  if (message.starts_with(kLine) && colon != message.npos) message.remove_prefix(colon + 2);
  return std::string(message);
}

/// What is wrong, and where: the parser's place is where it noticed.
SyntaxAdvice syntax_advice(std::string_view text, const Problem& error) {
  const std::string_view line = SourceLines(text).line(error.position.line);
  const auto says = [&](const char* word) { return error.message.find(word) != std::string::npos; };
  if (says("control characters") || says("UTF-8")) {
    return {error.position, "save the file as UTF-8 text"};
  }
  if (says("aliasing")) return {error.position, "write out what the anchors stand for"};
  if (says("template") || line.find("{{") != line.npos) {
    return {error.position, "render the template first"};
  }
  const auto advice = yaml::looks_like_json(text) ? advise_json(text, error.position)
                                                  : advise_yaml(text, error.position);
  if (advice) return *advice;
  if (says("tab")) return {error.position, "indent with blanks: YAML allows no tabs there"};
  return {error.position, "compare the indentation of this line with that of the lines above it"};
}

/// The value of a member whose name is read in any case, or null.
const yaml::Member* member_in_any_case(const yaml::Document& document, std::string_view name) {
  const yaml::Members* members = document.root->mapping();
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      *members, [&](const yaml::Member& member) { return equals_ignoring_case(member.key, name); });
  return found == members->end() ? nullptr : &*found;
}

void add_kind_problem(const std::string& reason, const yaml::Document& document,
                      Findings& findings) {
  const yaml::Member* version = member_in_any_case(document, "apiVersion");
  const yaml::Member* kind = member_in_any_case(document, "kind");
  const std::string* text = version == nullptr ? nullptr : version->value->string();
  if (version == nullptr || text == nullptr || text->empty()) {
    findings.add_at(Code::WrongApiVersion,
                    version == nullptr ? document.root->position : version->value->position,
                    version == nullptr ? "" : "apiVersion",
                    std::string("apiVersion is missing or empty") + kNoStart,
                    "write `apiVersion: audit.k8s.io/v1`");
    return;
  }
  if (*text != kWanted) {
    const bool retired = *text == "audit.k8s.io/v1beta1" || *text == "audit.k8s.io/v1alpha1";
    Finding& finding = findings.add_at(
        Code::WrongApiVersion, version->value->position, "apiVersion",
        code(*text) +
            (retired ? " is gone since Kubernetes 1.24" : " is not a version of a policy") +
            kNoStart,
        retired ? "write `apiVersion: audit.k8s.io/v1`; the rules may stay as they are"
                : "write `apiVersion: audit.k8s.io/v1`");
    if (retired) findings.offer_value(finding, finding.position, *text, std::string(kWanted));
    return;
  }
  findings.add_at(Code::WrongApiVersion,
                  kind == nullptr ? document.root->position : kind->value->position, "kind",
                  std::string(without(reason, kDecoding)) + kNoStart, "write `kind: Policy`");
}

/// What people call Go's types.
std::string_view expected_by(std::string_view message) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes{{
      {"[]string", "a list of texts"},
      {"[]v1.Stage", "a list of stages"},
      {"[]v1.GroupResources", "a list of entries with group, resources and resourceNames"},
      {"[]v1.PolicyRule", "a list of rules"},
      {"v1.PolicyRule", "a rule: a mapping with level and conditions"},
      {"v1.GroupResources", "a mapping with group, resources and resourceNames"},
      {"v1.Level", "a text"},
      {"v1.Stage", "a text"},
      {"bool", "true or false"},
  }};
  constexpr std::string_view kOf = " of type ";
  const std::size_t at = message.rfind(kOf);
  if (at == message.npos) return "something else";
  const std::string_view type = message.substr(at + kOf.size());
  const auto known = std::ranges::find(kTypes, type, [](const auto& row) { return row.first; });
  return known == kTypes.end() ? "a text" : known->second;
}

std::string found_in(std::string_view message) {
  constexpr std::string_view kCannot = "cannot unmarshal ";
  const std::size_t at = message.find(kCannot);
  if (at == message.npos) return "something else";
  const std::string_view type = message.substr(
      at + kCannot.size(), message.find(' ', at + kCannot.size()) - at - kCannot.size());
  if (type == "string") return "a text";
  if (type == "bool") return "true or false";
  if (type == "array") return "a list";
  return type == "number" ? "a number" : "a mapping";
}

void add_type_problem(const Problem& error, Findings& findings) {
  const std::string_view expected = expected_by(error.message);
  const std::string found = found_in(error.message);
  std::string fix = "write " + std::string(expected);
  if (expected.starts_with("a list") && found == "a text") {
    fix = "put it into brackets: `[…]`, or on a line of its own after a `- `";
  }
  if (expected == "a text" && (found == "a number" || found == "true or false")) {
    fix =
        "put it into quotes: YAML 1.1 reads 010, 1_000, yes, no, on and off as numbers or booleans";
  }
  const bool is_time = error.message.starts_with("parsing time");
  Finding& finding = findings.add_at(
      Code::WrongType, error.position, error.path,
      is_time ? error.message + kNoStart
              : (error.path.empty() ? std::string("this") : code(error.path)) + " is " + found +
                    ", but must be " + std::string(expected) + kNoStart,
      is_time ? "remove it: nothing reads a policy's metadata" : std::move(fix));
  if (found == "a text") offer_list(finding, findings);
}

Code code_of(const std::string& path) noexcept {
  if (path.ends_with(".level")) return Code::BadLevel;
  if (path.ends_with(".group")) return Code::BadGroup;
  if (path.ends_with(".resourceNames")) return Code::NamesWithoutResources;
  if (path.ends_with(".nonResourceURLs")) return Code::PathsAndResources;
  return path.find("nonResourceURLs[") != path.npos ? Code::BadUrl : Code::BadStage;
}

/// The text between the quotes of `Invalid value: "…": why`, as it is printed.
std::string_view value_in(std::string_view message) noexcept {
  const std::size_t start = message.find('"');
  const std::size_t end = message.find("\": ", start + 1);
  return start == message.npos || end == message.npos ? std::string_view()
                                                      : message.substr(start + 1, end - start - 1);
}

std::string fix_of(Code lint, std::string_view value) {
  constexpr std::array<std::string_view, 4> kLevels{"None", "Metadata", "Request",
                                                    "RequestResponse"};
  constexpr std::array<std::string_view, 4> kStages{"RequestReceived", "ResponseStarted",
                                                    "ResponseComplete", "Panic"};
  switch (lint) {
    case Code::BadLevel: {
      const std::string_view near = nearest(value, kLevels);
      return near.empty() ? "write None, Metadata, Request or RequestResponse"
                          : "write " + code(near);
    }
    case Code::BadStage: {
      const std::string_view near = nearest(value, kStages);
      return near.empty() ? "write RequestReceived, ResponseStarted, ResponseComplete or Panic"
                          : "write " + code(near);
    }
    case Code::BadGroup: {
      const std::string group = lower_case(value.substr(0, value.find('/')));
      if (group == "v1" || group == "core") return "write `group: \"\"`";
      return value.find('/') != value.npos
                 ? "write the group without its version: `group: " + group + "`"
                 : "write it in small letters, as `kubectl api-resources` shows it";
    }
    case Code::BadUrl:
      return value.starts_with('/') ? "a `*` may only be the last character"
                                    : "begin it with a `/`";
    case Code::PathsAndResources:
      return "make two rules: one with `nonResourceURLs`, one with the rest";
    default:
      return "name the resources beside `resourceNames`";
  }
}

}  // namespace

// Another kind, and nothing of a policy in it: its fields are not judged as a policy's.
std::string other_kind(const yaml::Document& document) {
  const yaml::Member* version = member_in_any_case(document, "apiVersion");
  const yaml::Member* kind = member_in_any_case(document, "kind");
  if (version == nullptr || kind == nullptr) return "";
  if (member_in_any_case(document, "rules") != nullptr) return "";
  const std::string* group = version->value->string();
  const std::string* name = kind->value->string();
  if (group == nullptr || name == nullptr || group->empty() || name->empty()) return "";
  const bool is_audit = group->starts_with("audit.k8s.io") || name->ends_with("Policy");
  return is_audit ? "" : code(*name) + " of " + code(*group);
}

void find_syntax_error(const LoadReport& report, std::string_view text, Findings& findings) {
  Problem error = report.errors.empty() ? Problem{} : report.errors.front();
  error.position.line = std::max(error.position.line, 1);
  error.position.column = std::max(error.position.column, 1);
  SyntaxAdvice advice = syntax_advice(text, error);
  findings.add_at(
      Code::Malformed, advice.position, "",
      "this is not YAML or JSON that can be read: " + syntax_reason(error.message) + kNoStart,
      std::move(advice.fix));
}

// Goes on after a wrong apiVersion, as if it were mended, so that all is said at once.
void find_refusals(const LoadReport& report, const yaml::Document& document,
                   const TypeReport& types, Findings& findings) {
  if (document.root->mapping() == nullptr && !document.root->is_null()) {
    findings.add_at(Code::WrongType, document.root->position, "",
                    std::string("the file holds ") +
                        (document.root->sequence() != nullptr ? "a list" : "a single value") +
                        ", not a mapping" + kNoStart,
                    "begin it with `apiVersion: audit.k8s.io/v1` and `kind: Policy`");
    return;
  }
  if (const std::string other = other_kind(document); !other.empty()) {
    findings.add(Code::WrongApiVersion, "kind",
                 "the file is a " + other + ", and there is no policy in it" + kNoStart,
                 "give the file that `--audit-policy-file` names, or one that holds its text: a "
                 "policy has `apiVersion: audit.k8s.io/v1`, `kind: Policy` and `rules`");
    return;
  }
  const Result<DocumentKind> kind = interpret_kind(document);
  if (!kind || *kind != DocumentKind::Policy) {
    add_kind_problem(kind ? report.refusal : kind.error().message, document, findings);
  }
  if (types.error) return add_type_problem(*types.error, findings);
  const Policy policy = decode_policy(document);
  for (const FieldError& error : validate(policy)) {
    const Code lint = code_of(error.path);
    const std::string value(value_in(error.message));
    Finding& finding =
        findings.add(lint, error.exact_path,
                     code(error.exact_path) + ": " + error.message + kNoStart, fix_of(lint, value));
    const std::string word(replacement_in(finding.fix));
    const bool is_case = equals_ignoring_case(word, value);
    if (lint == Code::BadGroup && value.find('/') != value.npos) {
      const std::string group = value.substr(0, value.find('/'));
      findings.offer_value(finding, finding.position, value, group == "core" ? "" : group);
    } else if (!word.empty() && is_case) {
      findings.offer_value(finding, finding.position, value, word);
    }
  }
  if (policy.rules.empty()) {
    findings.add(Code::NoRules, "rules", std::string("the policy has no rules") + kNoStart,
                 "add a rule; `rules: [{level: None}]` records nothing");
  }
}

}  // namespace kaudit::policy::lint
