#include "apiserver/authz/always.hpp"

namespace kaudit::apiserver::authz {

Authorization AlwaysAllow::authorize(const audit::Attributes& /*attributes*/) const {
  return {Authorization::Decision::Allow, ""};
}

KnownRules AlwaysAllow::rules_for(const audit::UserInfo& /*user*/, std::string_view /*ns*/) const {
  KnownRules all;
  all.rules.push_back({.verbs = {"*"},
                       .api_groups = {"*"},
                       .resources = {"*"},
                       .resource_names = {},
                       .non_resource_urls = {}});
  all.rules.push_back({.verbs = {"*"},
                       .api_groups = {},
                       .resources = {},
                       .resource_names = {},
                       .non_resource_urls = {"*"}});
  return all;
}

Authorization AlwaysDeny::authorize(const audit::Attributes& /*attributes*/) const {
  return {Authorization::Decision::NoOpinion, "Everything is forbidden."};
}

}  // namespace kaudit::apiserver::authz
