#include "apiserver/authz/forbidden.hpp"

#include <string>

#include "base/text/quote.hpp"

namespace kaudit::apiserver::authz {
namespace {

/// `deployments.apps "dep"`, `configmaps`: the resource as refusals name it.
std::string subject(const audit::Attributes& asked) {
  std::string text(asked.resource);
  if (!asked.api_group.empty()) text.append(".").append(asked.api_group);
  if (!asked.name.empty()) text += " " + go_quoted(asked.name);
  return text;
}

/// What the user may not do, in Kubernetes' words.
std::string refusal(const audit::Attributes& asked) {
  std::string text = "User " + go_quoted(asked.user == nullptr ? "" : asked.user->username) +
                     " cannot " + std::string(asked.verb);
  if (!asked.resource_request) return text + " path " + go_quoted(asked.path);
  std::string resource(asked.resource);
  if (!asked.subresource.empty()) resource.append("/").append(asked.subresource);
  text += " resource " + go_quoted(resource) + " in API group " + go_quoted(asked.api_group);
  return text +
         (asked.ns.empty() ? " at the cluster scope" : " in the namespace " + go_quoted(asked.ns));
}

}  // namespace

audit::Status forbidden(const audit::Attributes& asked, std::string_view reason) {
  audit::Status status;
  status.kind = "Status";
  status.api_version = "v1";
  status.status = "Failure";
  status.reason = "Forbidden";
  status.code = 403;
  status.message = (asked.resource_request ? subject(asked) + " is forbidden: " : "forbidden: ") +
                   refusal(asked);
  if (!reason.empty()) status.message.append(": ").append(reason);
  audit::StatusDetails& details = status.details.emplace();
  if (asked.resource_request) {
    details.name = asked.name;
    details.group = asked.api_group;
    details.kind = asked.resource;
  }
  return status;
}

}  // namespace kaudit::apiserver::authz
