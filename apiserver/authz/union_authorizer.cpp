#include "apiserver/authz/union_authorizer.hpp"

#include <iterator>
#include <utility>

namespace kaudit::apiserver::authz {

UnionAuthorizer::UnionAuthorizer(std::vector<NamedAuthorizer> authorizers)
    : authorizers_(std::move(authorizers)) {}

Authorization UnionAuthorizer::authorize(const audit::Attributes& attributes) const {
  Authorization none;
  std::vector<std::string> errors;
  for (const auto& [name, authorizer] : authorizers_) {
    auto answer = authorizer->authorize(attributes);
    switch (answer.decision) {
      case Authorization::Decision::Allow:
      case Authorization::Decision::Deny:
        return answer;
      case Authorization::Decision::NoOpinion:
        if (answer.reason.empty()) break;
        if (!none.reason.empty()) none.reason += '\n';
        none.reason += name + ": " + answer.reason;
        break;
      case Authorization::Decision::Error:
        errors.push_back(std::move(answer.reason));
        break;
    }
  }
  if (errors.empty()) return none;
  return {Authorization::Decision::Error, aggregated(errors)};
}

KnownRules UnionAuthorizer::rules_for(const audit::UserInfo& user, std::string_view ns) const {
  KnownRules all;
  for (const auto& each : authorizers_) {
    KnownRules own = each.authorizer->rules_for(user, ns);
    all.rules.insert(all.rules.end(), std::make_move_iterator(own.rules.begin()),
                     std::make_move_iterator(own.rules.end()));
    all.incomplete = all.incomplete || own.incomplete;
    if (!own.errors.empty()) all.errors.push_back(aggregated(own.errors));
  }
  return all;
}

}  // namespace kaudit::apiserver::authz
