#include "apiserver/authz/union_authorizer.hpp"

#include <utility>

namespace kaudit::apiserver::authz {
namespace {

void append_line(std::string& text, const std::string& line) {
  if (!text.empty() && !line.empty()) {
    text += '\n';
  }
  text += line;
}

}  // namespace

UnionAuthorizer::UnionAuthorizer(std::vector<std::shared_ptr<const Authorizer>> authorizers)
    : authorizers_(std::move(authorizers)) {}

Authorization UnionAuthorizer::authorize(const audit::Attributes& attributes) const {
  Authorization none;
  std::string errors;
  for (const auto& authorizer : authorizers_) {
    auto answer = authorizer->authorize(attributes);
    switch (answer.decision) {
      case Authorization::Decision::Allow:
      case Authorization::Decision::Deny:
        return answer;
      case Authorization::Decision::NoOpinion:
        append_line(none.reason, answer.reason);
        break;
      case Authorization::Decision::Error:
        append_line(errors, answer.reason);
        break;
    }
  }
  return errors.empty() ? none : Authorization{Authorization::Decision::Error, errors};
}

}  // namespace kaudit::apiserver::authz
