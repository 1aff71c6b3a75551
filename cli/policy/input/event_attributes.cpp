#include "cli/policy/input/event_attributes.hpp"

#include "base/text/percent.hpp"

namespace kaudit::cli {
namespace {

std::string path_of(std::string_view uri) {
  const std::string_view path = uri.substr(0, uri.find('?'));
  return unescape(path, UrlPart::Path).value_or(std::string(path));
}

}  // namespace

RequestAttributes attributes_of(const audit::Event& event) {
  RequestAttributes request;
  if (!event.user->username.empty() || !event.user->groups.empty()) request.user = event.user;
  request.verb = event.verb;
  request.path = path_of(event.request_uri);
  if (!event.object_ref) return request;
  const audit::ObjectReference& object = *event.object_ref;
  request.resource_request = true;
  request.api_group = object.api_group;
  request.api_version = object.api_version;
  request.resource = object.resource;
  request.subresource = object.subresource;
  request.ns = object.ns;
  if (event.verb != "create" || !object.subresource.empty()) request.name = object.name;
  return request;
}

}  // namespace kaudit::cli
