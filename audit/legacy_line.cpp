#include "audit/encoder.hpp"
#include "base/text/quote.hpp"
#include "base/text/rfc3339.hpp"

namespace kaudit::audit {
namespace {

/// Each group quoted, joined by commas; the caller quotes the whole once more.
std::string quoted_groups(const std::vector<std::string>& groups) {
  std::string text;
  for (const std::string& group : groups) {
    if (!text.empty()) text += ',';
    append_quoted(text, group);
  }
  return text;
}

/// The user's name and groups; groups without a name are left out.
void append_user(std::string& out, const UserInfo& user) {
  const bool named = !user.username.empty();
  out += " user=";
  append_quoted(out, named ? user.username : "<none>");
  out += " groups=";
  append_quoted(out, named && !user.groups.empty() ? quoted_groups(user.groups) : "<none>");
}

void append_impersonation(std::string& out, const std::optional<UserInfo>& user) {
  const bool groups_known = user && (!user->groups.empty() || user->empty_groups);
  out += " as=";
  append_quoted(out, user ? user->username : "<self>");
  out += " asgroups=";
  append_quoted(out, groups_known ? quoted_groups(user->groups) : "<lookup>");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += '=';
  append_quoted(out, value);
}

}  // namespace

void append_legacy_line(std::string& out, const Event& event) {
  append_local_nano_time(out, event.request_received_timestamp);
  out += " AUDIT:";
  append_field(out, "id", event.audit_id);
  append_field(out, "stage", event.stage);
  append_field(out, "ip", event.source->ips.empty() ? "<unknown>" : event.source->ips.front());
  append_field(out, "method", event.verb);
  append_user(out, event.user);
  append_impersonation(out, event.impersonated_user);
  append_field(out, "user-agent", event.source->user_agent);
  const bool namespaced = event.object_ref && !event.object_ref->ns.empty();
  append_field(out, "namespace", namespaced ? event.object_ref->ns : "<none>");
  append_field(out, "uri", event.request_uri);
  append_field(out, "response",
               event.response_status ? std::to_string(event.response_status->code) : "<deferred>");
  out += '\n';
}

}  // namespace kaudit::audit
