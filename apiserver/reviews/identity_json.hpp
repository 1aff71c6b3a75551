#pragma once

#include "apiserver/identity/token_authenticator.hpp"
#include "apiserver/objects/tree/json.hpp"
#include "audit/event.hpp"

namespace kaudit::apiserver::reviews {

/// A user as reviews write it (authentication/v1 UserInfo).
objects::Json user_json(const audit::UserInfo& user);

/// The member `audiences` of a spec; `otherwise` when it has none.
identity::Audiences audiences_of(const objects::Json& spec, const identity::Audiences& otherwise);
objects::Json audiences_json(const identity::Audiences& audiences);

}  // namespace kaudit::apiserver::reviews
