#include "policy/validate.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "audit/level.hpp"
#include "base/json/json_text.hpp"
#include "base/text/dns_name.hpp"
#include "base/text/quote.hpp"

namespace kaudit::policy {
namespace {

constexpr std::size_t kMaxSubdomain = 253;

/// The same place under its two names.
struct Path {
  std::string text;
  std::string exact;

  Path child(const std::string& name) const { return {text + "." + name, exact + "." + name}; }
  Path index(std::size_t i) const {
    const std::string suffix = "[" + std::to_string(i) + "]";
    return {text + suffix, exact + suffix};
  }
  /// An index that Kubernetes leaves out.
  Path hidden_index(std::size_t i) const { return {text, exact + "[" + std::to_string(i) + "]"}; }
};

std::string json_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    append_json_string(out, item);
  }
  return out + "]";
}

class Validator {
 public:
  std::vector<FieldError> run(const Policy& policy) {
    check_stages(policy.omit_stages, {"omitStages", "omitStages"});
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
      check_rule(policy.rules[i], Path{"rules", "rules"}.index(i));
    }
    return std::move(errors_);
  }

 private:
  void check_rule(const Rule& rule, const Path& path) {
    check_level(rule.level, path.child("level"));
    check_urls(rule.non_resource_urls, path.child("nonResourceURLs"));
    for (std::size_t i = 0; i < rule.resources.size(); ++i) {
      check_resources(rule.resources[i], path.child("resources").hidden_index(i));
    }
    check_stages(rule.omit_stages, path.child("omitStages"));
    if (!rule.non_resource_urls.empty() && !(rule.resources.empty() && rule.namespaces.empty())) {
      invalid(path.child("nonResourceURLs"), json_list(rule.non_resource_urls),
              "rules cannot apply to both regular resources and non-resource URLs");
    }
  }

  void check_level(const std::string& level, const Path& path) {
    if (level.empty()) {
      add(path, "Required value");
    } else if (!audit::parse_level(level)) {
      add(path, "Unsupported value: " + go_quoted(level) +
                    R"(: supported values: "None", "Metadata", "Request", "RequestResponse")");
    }
  }

  void check_urls(const std::vector<std::string>& urls, const Path& path) {
    for (std::size_t i = 0; i < urls.size(); ++i) {
      const std::string_view url = urls[i];
      if (url == "*") continue;
      if (!url.starts_with('/')) {
        invalid(path.index(i), go_quoted(url),
                "non-resource URL rules must begin with a '/' character");
      }
      const std::size_t star = url.find('*');
      if (star != url.npos && star + 1 != url.size()) {
        invalid(path.index(i), go_quoted(url),
                "non-resource URL wildcards '*' must be the final character of the rule");
      }
    }
  }

  void check_resources(const GroupResources& resources, const Path& path) {
    if (!resources.group.empty() && resources.group != "*") {
      check_group(resources.group, path.child("group"));
    }
    if (!resources.resource_names.empty() && resources.resources.empty()) {
      invalid(path.child("resourceNames"), json_list(resources.resource_names),
              "using resourceNames requires at least one resource");
    }
  }

  void check_group(const std::string& group, const Path& path) {
    std::string why;
    if (group.size() > kMaxSubdomain) why = "must be no more than 253 characters";
    if (!has_dns_subdomain_form(group)) {
      if (!why.empty()) why += ',';
      why +=
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
          "or '.', and must "
          "start and end with an alphanumeric character (e.g. 'example.com', regex used for "
          "validation is "
          R"('[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'))";
    }
    if (!why.empty()) invalid(path, go_quoted(group), why);
  }

  void check_stages(const std::vector<std::string>& stages, const Path& path) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
      if (audit::parse_stage(stages[i])) continue;
      invalid(path.index(i), go_quoted(stages[i]),
              "allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic");
    }
  }

  void invalid(const Path& path, const std::string& value, const std::string& why) {
    add(path, "Invalid value: " + value + ": " + why);
  }

  void add(const Path& path, std::string message) {
    FieldError error{path.text, path.exact, std::move(message)};
    if (seen_.insert(error.text()).second) errors_.push_back(std::move(error));
  }

  std::vector<FieldError> errors_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<FieldError> validate(const Policy& policy) { return Validator().run(policy); }

}  // namespace kaudit::policy
