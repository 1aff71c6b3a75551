#pragma once

#include "audit/event.hpp"
#include "cli/policy/input/request_attributes.hpp"

namespace kaudit::cli {

/// What the policy knew of a request when it decided, as its event shows it. (An event's objectRef
/// was completed from the body later on, so a create has no name here.)
RequestAttributes attributes_of(const audit::Event& event);

}  // namespace kaudit::cli
