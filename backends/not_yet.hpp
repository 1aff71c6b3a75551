#pragma once

#include <vector>

#include "backends/options.hpp"

namespace kaudit::backends {

/// One error for each flag that asks for something this version does not do yet: such a flag is
/// refused, never ignored. A value that this version honours (rotation switched off, say) is fine,
/// and so are the defaults: `flags` tells a default from the same value given on the command line.
/// Without `flags` only values other than the defaults are refused.
std::vector<Error> not_yet(const AuditOptions& options, const FlagSet* flags);

}  // namespace kaudit::backends
