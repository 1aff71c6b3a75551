#include "apiserver/identity/impersonation_headers.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/ascii.hpp"
#include "base/text/percent.hpp"
#include "base/text/quote.hpp"

namespace kaudit::apiserver::identity {
namespace {

constexpr std::string_view kPrefix = "Impersonate-";
constexpr std::string_view kUserHeader = "Impersonate-User";
constexpr std::string_view kUidHeader = "Impersonate-Uid";
constexpr std::string_view kGroupHeader = "Impersonate-Group";
constexpr std::string_view kExtraPrefix = "Impersonate-Extra-";

bool begins_with(std::string_view name, std::string_view prefix) noexcept {
  return equals_ignoring_case(name.substr(0, prefix.size()), prefix);
}

bool is_extra(std::string_view name) noexcept { return begins_with(name, kExtraPrefix); }

// What is no escape stays as it is. (unescapeExtraKey)
std::string key_of(std::string_view header) {
  std::string key = lower_case(header.substr(kExtraPrefix.size()));
  return unescape(key, UrlPart::Path).value_or(key);
}

/// Go's %#v of a []string.
std::string go_strings(const std::vector<std::string>& texts) {
  if (texts.empty()) return "[]string(nil)";
  std::string out = "[]string{";
  for (const std::string& text : texts) {
    if (out.back() != '{') out += ", ";
    append_quoted(out, text);
  }
  return out + "}";
}

/// Go's %#v of a user without a name, which is how the newer filter says what it was asked for.
std::string go_user(const audit::UserInfo& user) {
  std::string extra = "map[string][]string(nil)";
  if (!user.extra.empty()) {
    extra = "map[string][]string{";
    for (const auto& [key, values] : user.extra) {
      if (extra.back() != '{') extra += ", ";
      extra += go_quoted(key) + ":" + go_strings(*values);
    }
    extra += "}";
  }
  return "&user.DefaultInfo{Name:\"\", UID:" + go_quoted(user.uid) +
         ", Groups:" + go_strings(user.groups) + ", Extra:" + extra + "}";
}

/// Go's %v of the references that the older filter makes of the headers: groups, extra, uid.
std::string go_references(const audit::UserInfo& user) {
  std::string out = "[";
  const auto add = [&out](const std::string& reference) {
    if (out.size() > 1) out += " ";
    out += reference;
  };
  for (const std::string& group : user.groups) add("{Group  " + group + "    }");
  for (const auto& [key, values] : user.extra) {
    for (const std::string& value : *values) {
      add("{UserExtra  " + value + "  authentication.k8s.io/v1  " + key + "}");
    }
  }
  if (!user.uid.empty()) add("{UID  " + user.uid + "  authentication.k8s.io/v1  }");
  return out + "]";
}

}  // namespace

Result<std::optional<audit::UserInfo>> read_impersonation(const http::Headers& headers,
                                                          ImpersonationWording wording) {
  const TextPairs& lines = headers.lines();
  // Nearly every request has none.
  if (std::none_of(lines.begin(), lines.end(),
                   [](const http::Header& line) { return begins_with(line.name, kPrefix); })) {
    return std::nullopt;
  }
  audit::UserInfo user;
  bool asked = false;
  for (const http::Header line : lines) {
    // Of a repeated user or uid the first line counts, as empty as it may be.
    if (equals_ignoring_case(line.name, kGroupHeader)) {
      user.groups.emplace_back(line.value);
      asked = true;
    } else if (is_extra(line.name)) {
      auto& values = user.extra[key_of(line.name)];
      if (!values) values.emplace();
      values->emplace_back(line.value);
      asked = true;
    }
  }
  user.username = headers.first(kUserHeader).value_or("");
  user.uid = headers.first(kUidHeader).value_or("");
  if (!user.username.empty()) return std::optional(std::move(user));
  if (!asked && user.uid.empty()) return std::nullopt;
  if (wording == ImpersonationWording::Legacy) {
    return fail("requested " + go_references(user) + " without impersonating a user");
  }
  return fail("requested " + go_user(user) + " without impersonating a user name");
}

void remove_impersonation(http::Headers& headers) {
  headers.remove(kUserHeader);
  headers.remove(kUidHeader);
  headers.remove(kGroupHeader);
  std::vector<std::string> extra;
  for (const http::Header line : headers.lines()) {
    if (is_extra(line.name)) extra.emplace_back(line.name);
  }
  for (const std::string& name : extra) headers.remove(name);
}

}  // namespace kaudit::apiserver::identity
