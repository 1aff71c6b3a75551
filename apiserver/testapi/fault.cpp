#include "apiserver/testapi/fault.hpp"

#include <algorithm>
#include <string_view>

namespace kaudit::apiserver::testapi {
namespace {

bool fits_one(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool fits_any_of(const std::vector<std::string>& wanted, const std::vector<std::string>& values) {
  return wanted.empty() || std::any_of(values.begin(), values.end(), [&](const std::string& value) {
           return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
         });
}

bool is_resource(std::string_view pattern, const request::RequestInfo& info) {
  if (pattern == "*") return true;
  const std::size_t slash = pattern.find('/');
  const std::string_view resource = pattern.substr(0, slash);
  if (resource != "*" && resource != info.resource) return false;
  if (slash == std::string_view::npos) return info.subresource.empty();
  const std::string_view subresource = pattern.substr(slash + 1);
  return subresource == "*" ? !info.subresource.empty() : subresource == info.subresource;
}

bool is_path(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with('*')) return pattern == path;
  pattern.remove_suffix(1);
  return path.starts_with(pattern);
}

}  // namespace

bool FaultMatch::fits(const RequestScope& scope) const {
  const request::RequestInfo& info = scope.info;
  if (!fits_one(users, scope.user->username) || !fits_any_of(user_groups, scope.user->groups) ||
      !fits_one(verbs, info.verb)) {
    return false;
  }
  const bool of_resources =
      !api_groups.empty() || !resources.empty() || !namespaces.empty() || !names.empty();
  if (of_resources && !info.is_resource_request) return false;
  const bool any_group = std::find(api_groups.begin(), api_groups.end(), "*") != api_groups.end();
  if (!any_group && !fits_one(api_groups, info.api_group)) return false;
  if (!fits_one(namespaces, info.ns) || !fits_one(names, info.name)) return false;
  const auto fits_resource = [&](const std::string& one) { return is_resource(one, info); };
  if (!resources.empty() && std::none_of(resources.begin(), resources.end(), fits_resource)) {
    return false;
  }
  const auto fits_path = [&](const std::string& one) { return is_path(one, info.path); };
  return paths.empty() || std::any_of(paths.begin(), paths.end(), fits_path);
}

bool Fault::concerns(const RequestScope& scope) const {
  if (action.watch && scope.info.verb != "watch") return false;
  if (action.hold_resource_version && scope.info.verb != "list") return false;
  return match.fits(scope);
}

}  // namespace kaudit::apiserver::testapi
