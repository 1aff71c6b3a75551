#include "apiserver/authz/always.hpp"

namespace kaudit::apiserver::authz {

Authorization AlwaysAllow::authorize(const audit::Attributes& /*attributes*/) const {
  return {Authorization::Decision::Allow, ""};
}

Authorization AlwaysDeny::authorize(const audit::Attributes& /*attributes*/) const {
  return {Authorization::Decision::NoOpinion, "Everything is forbidden."};
}

}  // namespace kaudit::apiserver::authz
