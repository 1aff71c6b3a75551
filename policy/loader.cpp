#include "policy/loader.hpp"

#include <utility>

#include "base/files/read_file.hpp"
#include "base/text/quote.hpp"
#include "base/yaml/reader.hpp"
#include "policy/decode.hpp"
#include "policy/kind.hpp"
#include "policy/locate.hpp"
#include "policy/validate.hpp"

namespace kaudit::policy {
namespace {

constexpr const char* kLoading = "loading audit policy file: ";

/// Go's aggregate of errors: one is itself, several are put in brackets.
std::string aggregate(const std::vector<FieldError>& errors) {
  if (errors.size() == 1) return errors.front().text();
  std::string out = "[";
  for (const FieldError& error : errors) {
    if (out.size() > 1) out += ", ";
    out += error.text();
  }
  return out + "]";
}

/// The steps of LoadPolicyFromBytes, each of which may end in a refusal.
class PolicyReader {
 public:
  LoadReport run(std::string_view text, std::string source) {
    if (auto policy = load(text)) {
      policy->source = std::move(source);
      report_.policy = std::move(policy);
    }
    return std::move(report_);
  }

 private:
  std::optional<Policy> load(std::string_view text) {
    const auto document = yaml::read_document(text);
    if (!document) return refuse_syntax(document.error(), text);
    const Result<DocumentKind> kind = interpret_kind(*document);
    if (!kind) return refuse("failed decoding: " + kind.error().message, document->root->position);
    if (!check(*document, *kind)) return std::nullopt;
    if (*kind == DocumentKind::InternalPolicy) {
      return refuse("unknown group version field audit.k8s.io/__internal, Kind=Policy in policy",
                    document->root->position);
    }
    return validated(decode_policy(*document), *document);
  }

  std::optional<Policy> refuse_syntax(const yaml::ReadError& error, std::string_view text) {
    const bool is_json = yaml::looks_like_json(text);
    const char* where = is_json ? "couldn't get version/kind; json parse error: " : "";
    return refuse("failed decoding: " + (where + error.message), error.position);
  }

  /// False when decoding fails; what only strict decoding refuses becomes warnings.
  bool check(const yaml::Document& document, DocumentKind kind) {
    const bool is_internal = kind == DocumentKind::InternalPolicy;
    TypeReport types = check_types(document, is_internal ? internal_policy_type() : policy_type());
    if (types.error) {
      refuse("failed decoding: " + types.error->message, types.error->position);
      return false;
    }
    std::string duplicates;
    for (const auto& [key, position] : document.duplicates) {
      std::string message = "key " + key + " already set in map";
      duplicates += "\n  line " + std::to_string(position.line) + ": " + message;
      report_.warnings.push_back({"", position, std::move(message)});
    }
    std::string strict = duplicates.empty() ? "" : "yaml: unmarshal errors:" + duplicates;
    for (Problem& problem : types.strict) {
      if (!strict.empty()) strict += ", ";
      strict += problem.message;
      report_.warnings.push_back(std::move(problem));
    }
    if (!strict.empty()) {
      report_.warning =
          "Audit policy contains errors, falling back to lenient decoding: strict decoding "
          "error: " +
          strict;
    }
    return true;
  }

  std::optional<Policy> validated(Policy policy, const yaml::Document& document) {
    const std::vector<FieldError> errors = validate(policy);
    if (!errors.empty()) {
      report_.refusal = aggregate(errors);
      for (const FieldError& error : errors) {
        report_.errors.push_back({error.path, locate(document, error.exact_path), error.message});
      }
      return std::nullopt;
    }
    if (policy.rules.empty()) {
      return refuse("loaded illegal policy with 0 rules", document.root->position);
    }
    return policy;
  }

  std::optional<Policy> refuse(std::string why, yaml::Position position) {
    report_.errors.push_back({"", position, why});
    report_.refusal = std::move(why);
    return std::nullopt;
  }

  LoadReport report_;
};

}  // namespace

LoadReport read_policy(std::string_view text, std::string source) {
  return PolicyReader().run(text, std::move(source));
}

Result<LoadedPolicy> load_policy_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) {
    return fail(std::string(kLoading) + "failed to read file path " + go_quoted(path) + ": " +
                text.error().message);
  }
  LoadReport report = read_policy(*text, path);
  if (!report.policy) return fail(kLoading + report.refusal + ": from file " + path);
  LoadedPolicy loaded{*std::move(report.policy), {}};
  if (!report.warning.empty()) loaded.warnings.push_back(std::move(report.warning));
  return loaded;
}

}  // namespace kaudit::policy
